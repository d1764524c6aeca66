/**
 * The phone simulator's own API, under `/_simulator/` of the address that serves the local stack's page. It exists
 * where the look-alike carrier does; functions and hosted projects have nothing like it.
 *
 * `GET events?phone=&number=` the state, again whenever it changes · `GET state?phone=&number=` the same once ·
 * `GET picture` · `POST texts` · `POST switches` · `POST kills`
 */
import { z } from "zod";
import type { Carrier } from "../carrier/mod.ts";
import { readBody } from "../gateway/responses.ts";
import { refusalOf } from "./callers.ts";
import { KillRequest, type SimulatorState, SwitchesRequest, TextRequest, ThreadQuery } from "./contract.ts";
import { events } from "./events.ts";
import { Phones, type PhonesOptions } from "./phones.ts";
import { picture, PICTURE_TYPE } from "./picture.ts";
import { Pulse } from "./pulse.ts";
import { Refused } from "./refused.ts";

export interface SimulatorOptions extends Omit<PhonesOptions, "carrier" | "pulse"> {
  /** Null where another carrier is in use: then there is nothing to simulate, and everything but that is refused. */
  readonly carrier: Carrier | null;
  readonly carrierUrl: string;
}

export interface Simulator {
  /** Answers a request for `/_simulator/…`. */
  handle(request: Request, ownHosts: readonly string[]): Promise<Response>;
  /** Ends the streams. */
  stop(): void;
}

const PREFIX = "/_simulator/";
const BODY_LIMIT = 64 * 1024;

export function createSimulator(options: SimulatorOptions): Simulator {
  const { carrier } = options;
  const pulse = new Pulse();
  const phones = carrier && new Phones({ ...options, carrier, pulse });
  const unsubscribe = carrier?.on((event) => event.type === "request" || pulse.beat());
  const nothing: SimulatorState = { simulated: false, carrierUrl: options.carrierUrl };
  const routes: Routes = {
    state: { GET: async (_, url) => Response.json(phones ? await phones.state(queryOf(url)) : nothing) },
    events: {
      GET: (_, url) => {
        const query = queryOf(url);
        const snapshot = () => phones?.state(query) ?? Promise.resolve(nothing);
        return events({ pulse, snapshot, onError: options.onError });
      },
    },
    picture: { GET: () => new Response(picture(), { headers: { "content-type": PICTURE_TYPE } }) },
    texts: { POST: acting(phones, TextRequest, (phones, text) => phones.text(text)) },
    switches: { POST: acting(phones, SwitchesRequest, (phones, changes) => phones.switch(changes)) },
    kills: { POST: acting(phones, KillRequest, (phones, kill) => phones.kill(kill)) },
  };
  return {
    async handle(request, ownHosts) {
      const refusal = refusalOf(request, ownHosts);
      const answer = refusal === null
        ? await answerOf(routes, request)
        : new Refused(403, "FORBIDDEN", refusal).answer;
      if (!request.bodyUsed) await request.body?.cancel();
      answer.headers.set("cross-origin-resource-policy", "same-origin");
      answer.headers.set("x-content-type-options", "nosniff");
      return answer;
    },
    stop() {
      unsubscribe?.();
      pulse.stop();
    },
  };
}

type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>;
type Route = (request: Request, url: URL) => Response | Promise<Response>;

async function answerOf(routes: Routes, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const name = url.pathname.slice(PREFIX.length);
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  try {
    if (!route) throw new Refused(404, "NOT_FOUND", `The simulator has no ${name}`);
    const handler = route[request.method];
    if (handler) return await handler(request, url);
    const allow = Object.keys(route).join(", ");
    throw new Refused(405, "METHOD_NOT_ALLOWED", `Use ${allow}`, { allow });
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    if (error instanceof z.ZodError) return new Refused(400, "INVALID", z.prettifyError(error)).answer;
    throw error;
  }
}

/** Something that changes the simulated world: 202, because what it causes is seen in the state. */
function acting<T extends z.ZodType>(
  phones: Phones | null,
  schema: T,
  act: (phones: Phones, input: z.output<T>) => void | Promise<void>,
): Route {
  return async (request) => {
    if (!phones) {
      throw new Refused(
        409,
        "NOT_SIMULATED",
        "This stack uses another carrier: there is nothing to simulate",
      );
    }
    await act(phones, await bodyOf(request, schema));
    return Response.json({}, { status: 202 });
  };
}

function queryOf(url: URL): ThreadQuery {
  return ThreadQuery.parse(Object.fromEntries(url.searchParams));
}

async function bodyOf<T extends z.ZodType>(request: Request, schema: T): Promise<z.output<T>> {
  if (!/^application\/json\b/.test(request.headers.get("content-type") ?? "")) {
    throw new Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON");
  }
  const bytes = await readBody(request, BODY_LIMIT);
  if (!bytes) throw new Refused(413, "PAYLOAD_TOO_LARGE", "The request body is too large");
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Refused(400, "INVALID", "The body is not JSON");
  }
  return schema.parse(body);
}
