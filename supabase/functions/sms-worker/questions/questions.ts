import type { z } from "zod";
import type { RpcClient } from "../../_shared/sms/database/rpc.ts";
import type { Json } from "../../_shared/sms/database/types.ts";
import type { Claim } from "../../_shared/sms/database/verbs/claims.ts";
import type { CpuBudget } from "../cpu_budget.ts";
import { JobLoop } from "../job_loop.ts";
import type { Loop, LoopHost } from "../loop.ts";
import { type Answered, claimQuestions, type Question, recordQuestions } from "./verbs.ts";

/** One kind of question to Twilio. Questions must never delay replies and deliveries: few run at a time, and in one run. */
export interface QuestionKind<Q extends Question> {
  readonly kind: Q["kind"];
  readonly concurrency: number;
  readonly maxItems: number;
  /** What a claim of this kind answers. */
  readonly claimed: z.ZodType<Claim<Q>>;
  /** Must not throw when something goes wrong at Twilio: that is an answer too. */
  ask(question: Q, client: RpcClient, cpu: CpuBudget): Promise<Told>;
}

export interface Told {
  /** As `sms_record_questions` takes it. */
  readonly answer: Readonly<Record<string, Json>> & { readonly outcome: string };
  /** How many missed messages were stored on the way: the worker answers those next. */
  readonly recovered?: number;
}

export interface Questions {
  /** Its loop in one run of the worker. */
  loop(client: RpcClient, host: LoopHost): Loop;
}

/** @param leaseSeconds how long no other worker can claim a claimed question */
export function createQuestions<Q extends Question>(
  { kind, concurrency, maxItems, claimed: returns, ask }: QuestionKind<Q>,
  leaseSeconds: number,
): Questions {
  // A failed claim means that the database was away, so webhooks could not store anything either.
  let outage = false;
  return {
    loop(client, host) {
      let claimed = 0;
      return new JobLoop<Q, Told & { answered: Answered }>({
        name: kind,
        cost: "question",
        concurrency,
        async claim(free) {
          const batch_size = Math.min(free, maxItems - claimed);
          const size = { batch_size, lease_seconds: leaseSeconds };
          try {
            const claim = await claimQuestions(client, { kind, ...size, hurry: outage }, returns);
            outage = false;
            claimed += claim.jobs.length;
            return claim;
          } catch (error) {
            outage = true;
            throw error;
          }
        },
        async work(question) {
          const told = await ask(question, client, host.cpu);
          return { ...told, answered: { ...subjectOf(question), ...told.answer } };
        },
        async record(results) {
          const outcomes = await recordQuestions(client, results.map(({ answered }) => answered));
          const texts = results.reduce((sum, { recovered = 0 }) => sum + recovered, 0);
          return [...outcomes, ...Array.from({ length: texts }, () => ({ outcome: "recovered" }))];
        },
      }, { ...host, room: () => Math.min(host.room(), maxItems - claimed) });
    },
  };
}

const subjectOf = (question: Question) => ({
  kind: question.kind,
  lease_token: question.lease_token,
  account_sid: question.account_sid,
  ...("message_id" in question ? { message_id: question.message_id } : {}),
});
