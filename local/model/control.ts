import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { FAULTS } from "./faults.ts";
import { readBody, sendJson } from "./http.ts";
import type { ChatRequest } from "./request.ts";
import type { Hold, Script } from "./script.ts";

const Fail = z.strictObject({ kind: z.enum(FAULTS), count: z.int().min(1).default(1) });
const Answer = z.strictObject({ answer: z.unknown() });
const HoldRequest = z.strictObject({ count: z.int().min(1).optional() });

/**
 * The script by HTTP, for callers in another process:
 * `GET /_control/requests`, `POST /_control/fail {kind, count}`, `POST /_control/answer {answer}`,
 * `POST /_control/hold {count?}`, `GET /_control/arrived` (answers when the held request is there),
 * `POST /_control/release`, `POST /_control/reset`. Pages are not answered.
 */
export class Control {
  #hold: Hold | null = null;

  constructor(readonly script: Script, readonly requests: ChatRequest[], readonly reset: () => void) {}

  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (!isProgram(request)) {
      return sendJson(response, 403, { error: "The controls answer programs of this machine only." });
    }
    const name = `${request.method} ${path.replace(/^\/_control\//, "")}`;
    const body = request.method === "POST" ? await readBody(request) : "";
    try {
      const answer = await this.#run(name, body === "" ? {} : JSON.parse(body));
      if (answer === undefined) sendJson(response, 404, { error: `There is no control ${name}.` });
      else sendJson(response, 200, answer);
    } catch (error) {
      sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
    }
  }

  async #run(name: string, body: unknown): Promise<unknown> {
    switch (name) {
      case "GET requests":
        return { requests: this.requests };
      case "POST fail": {
        const { count, kind } = Fail.parse(body);
        this.script.failNext(count, kind);
        return { ok: true };
      }
      case "POST answer":
        this.script.answerNext(Answer.parse(body).answer);
        return { ok: true };
      case "POST hold":
        this.#hold = this.script.hold(HoldRequest.parse(body).count);
        return { ok: true };
      case "GET arrived":
        return { request: await this.#hold?.arrived ?? null };
      case "POST release":
        this.#hold?.release();
        return { ok: true };
      case "POST reset":
        this.reset();
        return { ok: true };
    }
  }
}

/** Not a web page, though a browser would carry its requests here; not a name made to point here either. */
function isProgram({ headers }: IncomingMessage): boolean {
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(headers.host ?? "") &&
    headers.origin === undefined && headers["sec-fetch-site"] === undefined;
}
