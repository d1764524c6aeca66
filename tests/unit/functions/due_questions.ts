import {
  createQuestions,
  type QuestionKind,
  type Questions,
} from "../../../supabase/functions/sms-worker/questions/questions.ts";
import {
  ClaimedSettlements,
  type Settlement,
} from "../../../supabase/functions/sms-worker/questions/verbs.ts";
import { ACCOUNT, type Verbs } from "../sms/support.ts";

export const SETTLEMENT: Settlement = {
  kind: "settlement",
  message_id: "message",
  lease_token: "lease",
  account_sid: ACCOUNT,
  message_sid: "SM1",
};

interface DueQuestions {
  readonly questions: Questions;
  /** The database's side of it. */
  readonly verbs: Verbs;
  /** How many questions each claim got. */
  readonly claimed: number[];
  /** How many nobody has claimed yet. */
  left(): number;
}

/** One kind of question, of which so many are due. Two are asked at a time, and each record has this outcome. */
export function dueQuestions(
  due: number,
  outcome: string,
  { ask, maxItems }: Pick<QuestionKind<Settlement>, "ask" | "maxItems">,
): DueQuestions {
  const claimed: number[] = [];
  return {
    questions: createQuestions<Settlement>({
      kind: "settlement",
      concurrency: 2,
      maxItems,
      claimed: ClaimedSettlements,
      ask,
    }, 90),
    verbs: {
      sms_claim_questions: ({ batch_size }) => {
        const count = Math.min(due, Number(batch_size));
        due -= count;
        claimed.push(count);
        return { jobs: Array.from({ length: count }, () => SETTLEMENT), next_due_in_ms: due > 0 ? 0 : null };
      },
      sms_record_questions: ({ results }) => (results as unknown[]).map(() => ({ outcome })),
    },
    claimed,
    left: () => due,
  };
}
