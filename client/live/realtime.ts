import type { Supabase } from "../call.ts";
import type { LiveSource } from "./source.ts";

export interface RealtimeOptions {
  readonly client: Supabase;
  readonly userId: string;
  /** Whether changes are heard at this moment; asking goes on meanwhile, or slows down. */
  readonly onHeard: (heard: boolean) => void;
}

/** Hears what the database announces on the user's own topic: ids only (docs/decisions/0019-live-updates.md). */
export function realtime(
  { client, userId, onHeard }: RealtimeOptions,
): LiveSource {
  return {
    start(onChange) {
      const channel = client.channel(`sms:${userId}`, {
        config: { private: true },
      });
      channel
        .on(
          "broadcast",
          { event: "changed" },
          ({ payload }) => onChange(idsOf(payload)),
        )
        .subscribe((status) => {
          onHeard(status === "SUBSCRIBED");
          // What was announced before it was joined, or while it was away, nobody heard.
          if (status === "SUBSCRIBED") onChange(null);
        });
      return () => void client.removeChannel(channel);
    },
  };
}

function idsOf(payload: unknown): string[] | null {
  if (
    typeof payload !== "object" || payload === null ||
    !("conversations" in payload)
  ) return null;
  const { conversations } = payload;
  return Array.isArray(conversations) &&
      conversations.every((id) => typeof id === "string")
    ? conversations
    : null;
}
