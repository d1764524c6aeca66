import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { completionBody, PromptCache, type Usage } from "./completion.ts";
import { missingKey, ModelError, unknownUrl } from "./errors.ts";
import type { Fault } from "./faults.ts";
import { readBody, sendError, sendJson } from "./http.ts";
import { replyTo } from "./reply.ts";
import { type ChatRequest, readChatRequest } from "./request.ts";
import { type Answer, type Hold, Script } from "./script.ts";
import { refusedBy, type Strictness } from "./strictness.ts";

export type { Answer, ChatRequest, Fault, Hold, Strictness };

/** Fail points: what a test does before an answer is made, and before it goes out: kill the caller, for instance. */
export interface ModelHooks {
  beforeAnswer?: (request: ChatRequest) => void | Promise<void>;
  afterAnswer?: (request: ChatRequest) => void | Promise<void>;
}

export interface ModelOptions {
  /** Default: any free one. */
  port?: number;
}

/** The program that starts this model prints this. */
export const MODEL_NOTICE =
  "Demo model: answers by simple rules, not by an AI. Set OPENAI_API_KEY for the real one.";

export interface Model extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`; SMS_OPENAI_BASE_URL is this and `/v1`. */
  url: string;
  port: number;
  /** The bodies of all valid calls so far, in order of arrival. */
  requests: ChatRequest[];
  hooks: ModelHooks;
  /** Holds the calls that arrive from now on (or only the next `count`), until released. */
  hold(count?: number): Hold;
  failNext(count: number, fault: Fault): void;
  /** Every call that was told nothing else fails in this way; null ends it. */
  failAll(fault: Fault | null): void;
  /** Every answer waits so long, in milliseconds. 0 ends it, also for those that wait. */
  slowDown(delayMs: number): void;
  /** The next call is answered with this object (as JSON), text, or what the function makes of the request. */
  answerNext(answer: Answer): void;
  /** Every call that nothing else was told for is answered so, in place of the demo's own rules. */
  answerAll(answer: Answer): void;
  /** Every question whether a text is an opt-out is answered so, in place of the demo's own rules: `{ answer: "yes" }`. */
  decideAll(answer: Answer): void;
  /** From now on it refuses and answers as this server does; null: as OpenAI does. */
  behaveAs(server: Strictness | null): void;
  /** What each answer said that its call cost, in order. */
  usages: Usage[];
  /** What `GET /v1/models` names; a date is when the model is shut down. */
  listed: { id: string; shutdown_date?: string | null }[];
  /** How many requests were refused since the last `reset()`, whatever for. */
  readonly refused: number;
  /** Forgets requests, scripts, holds, hooks and the server that it stood for. */
  reset(): void;
  stop(): Promise<void>;
}

/** Starts the OpenAI look-alike on loopback. It is a demo: it answers by simple rules, not by a model. */
export async function startModel(options: ModelOptions = {}): Promise<Model> {
  const lookAlike = new LookAlike();
  const server = createServer((request, response) => void lookAlike.serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The model look-alike has no port.");
  async function stop() {
    lookAlike.reset();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests: lookAlike.requests,
    hooks: lookAlike.hooks,
    hold: (count) => lookAlike.script.hold(count),
    failNext: (count, fault) => lookAlike.script.failNext(count, fault),
    failAll: (fault) => lookAlike.script.failAll(fault),
    slowDown: (delayMs) => lookAlike.script.slowDown(delayMs),
    answerNext: (answer) => lookAlike.script.answerNext(answer),
    answerAll: (answer) => lookAlike.script.answerAll(answer),
    decideAll: (answer) => lookAlike.script.decideAll(answer),
    behaveAs: (server) => {
      lookAlike.strictness = server;
    },
    usages: lookAlike.usages,
    listed: lookAlike.listed,
    get refused() {
      return lookAlike.refused;
    },
    reset: () => lookAlike.reset(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

class LookAlike {
  readonly requests: ChatRequest[] = [];
  readonly hooks: ModelHooks = {};
  readonly script = new Script();
  readonly usages: Usage[] = [];
  readonly listed: Model["listed"] = [];
  readonly #cache = new PromptCache();
  strictness: Strictness | null = null;
  refused = 0;
  #count = 0;

  reset(): void {
    this.requests.length = 0;
    this.usages.length = 0;
    this.listed.length = 0;
    this.#cache.clear();
    this.strictness = null;
    this.refused = 0;
    delete this.hooks.beforeAnswer;
    delete this.hooks.afterAnswer;
    this.script.reset();
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    try {
      await this.#serveApi(request, response, `${request.method} ${path}`);
    } catch (error) {
      // A hook or scripted function that throws is the test's mistake: say so, and stay up.
      const message = error instanceof Error ? error.message : String(error);
      sendJson(response, 500, { error: { message, type: "look_alike_error", param: null, code: null } });
    }
  }

  async #serveApi(request: IncomingMessage, response: ServerResponse, route: string): Promise<void> {
    const body = await readBody(request);
    if (!/^Bearer \S+/.test(request.headers.authorization ?? "")) return sendError(response, missingKey());
    if (route === "GET /v1/models") {
      // https://developers.openai.com/api/reference/resources/models/methods/list
      const data = this.listed.map((model) => ({ object: "model", created: 0, owned_by: "demo", ...model }));
      return sendJson(response, 200, { object: "list", data });
    }
    if (route !== "POST /v1/chat/completions") {
      const [method = "", path = ""] = route.split(" ");
      return sendError(response, unknownUrl(method, path));
    }
    const parsed = readChatRequest(body, this.strictness);
    const refusal = parsed instanceof ModelError
      ? parsed
      : this.strictness && refusedBy(this.strictness, parsed);
    if (refusal !== null) {
      this.refused += 1;
      return sendError(response, refusal);
    }
    if (parsed instanceof ModelError) return;
    await this.#complete(parsed, response);
  }

  async #complete(request: ChatRequest, response: ServerResponse): Promise<void> {
    const number = ++this.#count;
    const step = this.script.next();
    this.requests.push(request);
    await this.script.pass(request);
    await this.hooks.beforeAnswer?.(request);
    const { strictness, script: { usual, decisions } } = this;
    const reply = await replyTo(request, { step, usual, decisions, strictness });
    if (reply === "silence") return; // the connection stays open until one side ends it
    if (reply === "drop") return void response.socket?.destroy();
    const headers = { "x-request-id": `req_demo${number}`, "openai-version": "2020-10-01" };
    await this.hooks.afterAnswer?.(request);
    if (reply instanceof ModelError) {
      sendJson(response, reply.status, reply.body, { ...headers, ...reply.headers });
    } else {
      const usage = this.#cache.read(request);
      this.usages.push(usage);
      const body = "body" in reply ? reply.body : completionBody(request, reply, { number, usage });
      sendJson(response, 200, body, headers);
    }
  }
}
