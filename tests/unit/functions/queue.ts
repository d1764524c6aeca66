import type {
  DeliveryJob,
  DeliveryResult,
} from "../../../supabase/functions/_shared/sms/database/verbs/deliveries.ts";
import type {
  ReplyJob,
  ReplyResult,
} from "../../../supabase/functions/_shared/sms/database/verbs/replies.ts";
import { deliveryJob, replyJob, type Verbs } from "../sms/support.ts";

/**
 * A queue in place of the database: replies that are due, and deliveries that appear as replies are stored.
 * `dueIn` is what a claim that finds nothing says of the next job.
 */
export class Queue {
  replies: ReplyJob[] = [];
  deliveries: DeliveryJob[] = [];
  /** Jobs of one claim. */
  atMost = Infinity;
  dueIn: { replies: number | null; deliveries: number | null } = { replies: null, deliveries: null };

  #added = 0;

  add(count: number): void {
    for (let i = 0; i < count; i++) this.replies.push(replyJob(`${this.#added++}`));
  }

  verbs: Verbs = {
    sms_fold_stats: () => ({ outcome: "folded", folded: 7, remaining: 0 }),
    sms_claim_replies: (args) => this.#claim(this.replies, args, this.dueIn.replies),
    sms_claim_deliveries: (args) => this.#claim(this.deliveries, args, this.dueIn.deliveries),
    sms_finish_replies: ({ results }) =>
      (results as ReplyResult[]).map(({ job_id }) => {
        this.deliveries.push(deliveryJob(job_id));
        return { job_id, outcome: "stored", message_id: `message-${job_id}` };
      }),
    sms_record_deliveries: ({ results }) =>
      (results as DeliveryResult[]).map(({ message_id }) => ({ message_id, outcome: "recorded" })),
  };

  #claim<Job>(queue: Job[], args: Record<string, unknown>, dueIn: number | null) {
    const jobs = queue.splice(0, Math.min(this.atMost, Number(args.batch_size)));
    return { jobs, next_due_in_ms: queue.length > 0 ? 0 : dueIn };
  }
}
