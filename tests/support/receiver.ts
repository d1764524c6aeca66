/** An adopter's backend on loopback: verifies each event with the library that an adopter would use. */
import { Webhook } from "standardwebhooks";

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly body: { type: string; version: number; user_id: string; data: Record<string, unknown> };
  readonly headers: Record<string, string>;
  /** The raw body, as it was signed. */
  readonly raw: string;
}

type Answer = number | Response | Promise<number | Response>;

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** What came in and was not forged. */
  readonly received: Received[];
  /** What no secret opens. */
  readonly forged: string[];
  /** The secrets it knows. */
  secrets: string[];
  /** What it answers next. */
  answers(event: Received): Answer;
}

export function startReceiver(): Receiver {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const raw = await request.text();
    const headers = Object.fromEntries(request.headers);
    if (!receiver.secrets.some((secret) => verifies(secret, raw, headers))) {
      receiver.forged.push(raw);
      return new Response(null, { status: 401 });
    }
    const body = JSON.parse(raw);
    const event = { id: headers["webhook-id"] ?? "", type: body.type, body, headers, raw };
    receiver.received.push(event);
    const answer = await receiver.answers(event);
    return typeof answer === "number" ? new Response(null, { status: answer }) : answer;
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${server.addr.port}/hooks`,
    received: [],
    forged: [],
    secrets: [],
    answers: () => 200,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };
  return receiver;
}

export function verifies(secret: string, raw: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(raw, headers);
    return true;
  } catch {
    return false;
  }
}
