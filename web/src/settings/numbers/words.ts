import type { ListedNumber } from "../../../../client/mod.ts";

/** A number, and, where Twilio was just asked, what it said. */
export type { ListedNumber };

export interface HealthWords {
  readonly tone: "success" | "warning" | "danger" | "neutral";
  readonly label: string;
  /** What is wrong and what to do. */
  readonly explanation?: string;
}

/** Whether texts to a number arrive here. */
export function healthWords(
  { webhook_status, webhook_error, webhook_problem, credentials_unreadable, check }: ListedNumber,
): HealthWords {
  // Whatever Twilio says: nothing can be sent, and nothing that comes is accepted.
  if (credentials_unreadable) {
    return {
      tone: "danger",
      label: "Account cannot be used",
      explanation:
        "What was stored of its Twilio account cannot be read any more. Connect the account again.",
    };
  }
  const explained = webhook_error === null ? {} : { explanation: webhook_error };
  if (check?.outcome === "unchecked") {
    return {
      tone: "neutral",
      label: "Not checked",
      explanation: check.message ?? "Twilio could not be reached. Try again in a minute.",
    };
  }
  switch (webhook_status) {
    case "configured":
      if (webhook_problem) {
        return { tone: "danger", label: "Texts are refused", explanation: webhook_problem };
      }
      return { tone: "success", label: "Working", ...(check?.message ? { explanation: check.message } : {}) };
    case "drifted":
      return {
        tone: "warning",
        label: "Changed at Twilio",
        explanation: webhook_error ?? "Its settings at Twilio were changed. Repair it.",
      };
    case "failed":
      return { tone: "danger", label: "Not set up", ...explained };
    case "pending":
      return {
        tone: "warning",
        label: "Being set up",
        explanation: "If this takes more than a minute, the set-up was interrupted. Repair the number.",
      };
  }
}
