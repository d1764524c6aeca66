import type { RpcClient } from "../../_shared/sms/database/rpc.ts";
import { post, type PostDependencies } from "../../_shared/sms/outside/post.ts";
import type { Clock } from "../../_shared/sms/worker/clock.ts";
import { JobLoop } from "../job_loop.ts";
import type { Loop, LoopHost } from "../loop.ts";
import { signedHeaders } from "./sign.ts";
import { claimEvents, type EventJob, type EventResult, recordEvents } from "./verbs.ts";

export interface EventDependencies extends PostDependencies {
  readonly clock: Clock;
  readonly leaseSeconds: number;
  /** For one call, answer included. */
  readonly timeoutMs: number;
}

export interface Events {
  /** Its loop in one run of the worker. */
  loop(client: RpcClient, host: LoopHost): Loop;
  /** Whether any address was switched on at the last claim: only then is a claim worth it after each wake. */
  isListening(): boolean;
}

/** Slots of their own: an address that hangs holds none of a text. The database gives each address four of them at most. */
const CONCURRENCY = 40;
/** In one run. The rest follows with the next. */
const MAX_ITEMS = 400;

/** Events for the adopters' backends: claimed, signed, posted, recorded. */
export function createEvents(deps: EventDependencies): Events {
  let listening = false;
  return {
    isListening: () => listening,
    loop(client, host) {
      let claimed = 0;
      return new JobLoop<EventJob, EventResult>({
        name: "event",
        cost: "event",
        concurrency: CONCURRENCY,
        async claim(free) {
          const batch_size = Math.min(free, MAX_ITEMS - claimed);
          const claim = await claimEvents(client, { batch_size, lease_seconds: deps.leaseSeconds });
          listening = claim.listening;
          claimed += claim.jobs.length;
          return claim;
        },
        work: (job) => tell(deps, job),
        record: (results) => recordEvents(client, results),
      }, { ...host, room: () => Math.min(host.room(), MAX_ITEMS - claimed) });
    },
  };
}

async function tell(deps: EventDependencies, job: EventJob): Promise<EventResult> {
  const { endpoint_id, event_id, lease_token } = job;
  const body = JSON.stringify(job.payload);
  const startedAt = deps.clock.now();
  const answer = await post(
    { url: job.url, headers: signedHeaders(job, body), body, timeoutMs: deps.timeoutMs },
    deps,
  );
  const duration_ms = Math.round(deps.clock.now() - startedAt);
  return "error" in answer
    ? {
      endpoint_id,
      event_id,
      lease_token,
      status: null,
      error: answer.error,
      duration_ms,
      retry_after_ms: null,
    }
    : {
      endpoint_id,
      event_id,
      lease_token,
      status: answer.status,
      error: null,
      duration_ms,
      retry_after_ms: answer.retryAfterMs,
    };
}
