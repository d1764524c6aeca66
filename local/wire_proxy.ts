/**
 * A place for fail points between the functions and Postgres. Functions connect to it as to Postgres; what they send is passed
 * on message by message (https://www.postgresql.org/docs/17/protocol-message-formats.html), and verbs are recognised.
 */
import type { FailPoints } from "./fail_points.ts";

export interface WireProxy extends AsyncDisposable {
  /** The connection string that leads through it. */
  url: string;
}

/** Speaks to the database of `url`, without TLS. */
export function startWireProxy(url: string, failPoints: FailPoints): WireProxy {
  const target = new URL(url);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sessions = new Set<Session>();
  const serving = (async () => {
    for await (const client of listener) {
      const session = new Session(client, failPoints);
      sessions.add(session);
      void session.run({ hostname: target.hostname, port: Number(target.port || 5432) })
        .finally(() => sessions.delete(session));
    }
  })();
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(listener.addr.port);
  return {
    url: through.href,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const session of sessions) session.close();
      await serving;
    },
  };
}

/** One connection of a function. Several transactions may be on their way; they are answered in order. */
class Session {
  readonly #client: Deno.TcpConn;
  readonly #failPoints: FailPoints;
  #server: Deno.TcpConn | undefined;
  #closed = false;
  /** Transactions that are on their way, and what was answered of the first: its caller hears it when it has ended. */
  readonly #transactions: { verb: string | null; sent: string }[] = [];
  #answers: Uint8Array[] = [];

  constructor(client: Deno.TcpConn, failPoints: FailPoints) {
    this.#client = client;
    this.#failPoints = failPoints;
  }

  async run(address: Deno.ConnectOptions): Promise<void> {
    try {
      const server = await Deno.connect(address);
      this.#server = server;
      if (this.#closed) return;
      for (const each of [this.#client, server]) each.setNoDelay();
      await Promise.race([this.#toServer(server), this.#toClient(server)]);
    } catch {
      // A connection that breaks on one side breaks on the other: that is all there is to do.
    } finally {
      this.close();
    }
  }

  close(): void {
    this.#closed = true;
    for (const each of [this.#client, this.#server]) {
      try {
        each?.close();
      } catch {
        // It was closed before.
      }
    }
  }

  async #toServer(server: Deno.TcpConn): Promise<void> {
    /** A Parse message that calls a verb. Its arguments come with the next message, a Bind. */
    let parse: Uint8Array | undefined;
    for await (const message of messagesOf(this.#client, { startsUntyped: true })) {
      if (beginsTransaction(message)) this.#transactions.push({ verb: null, sent: "" });
      if (message[0] === PARSE && callIn(message)) {
        parse = message.slice();
        continue;
      }
      const call = callIn(parse ?? message);
      if (call) {
        const { verb } = call;
        const sent = parse ? argumentsOf(call, message) : "";
        if (await this.#failPoints.consult("rpc", verb, "before", sent) !== "go on") return;
        Object.assign(this.#transactions.at(-1) ?? {}, { verb, sent });
      }
      if (parse) await writeAll(server, parse);
      parse = undefined;
      await writeAll(server, message);
    }
  }

  async #toClient(server: Deno.TcpConn): Promise<void> {
    for await (const message of messagesOf(server, { startsUntyped: false })) {
      this.#answers.push(message);
      if (this.#transactions.length > 0 && !endsTransaction(message)) continue;
      const { verb = null, sent = "" } = this.#transactions.shift() ?? {};
      if (verb !== null && await this.#failPoints.consult("rpc", verb, "after", sent) !== "go on") return;
      for (const answer of this.#answers.splice(0)) await writeAll(this.#client, answer);
    }
  }
}

const [PARSE, QUERY, READY, IDLE] = ["P", "Q", "Z", "I"].map((letter) => letter.charCodeAt(0));
const CALL = /^\0?select public\.(sms_\w+)\((.*)\)/;
const decoder = new TextDecoder();

interface Call {
  verb: string;
  /** The names of its arguments, in the order of the placeholders. */
  names: string[];
}

/** What a message calls: a Parse message without a name, or, where the verb has no arguments, a Query. */
function callIn(message: Uint8Array): Call | null {
  if (message[0] !== PARSE && message[0] !== QUERY) return null;
  const [, verb, list = ""] = CALL.exec(decoder.decode(message.subarray(5))) ?? [];
  return verb === undefined
    ? null
    : { verb, names: [...list.matchAll(/(\w+) => /g)].map(([, name = ""]) => name) };
}

/** The arguments in a Bind message, as they are in the body of a request to the API: `"kind":"lookup","batch_size":20`. */
function argumentsOf({ names }: Call, bind: Uint8Array): string {
  const view = new DataView(bind.buffer, bind.byteOffset, bind.byteLength);
  let at = bind.indexOf(0, bind.indexOf(0, 5) + 1) + 1;
  at += 2 + 2 * view.getInt16(at) + 2;
  return names.map((name) => {
    const length = view.getInt32(at);
    const value = length < 0 ? "null" : decoder.decode(bind.subarray(at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
    return `"${name}":${/^[\[{]|^(null|true|false|-?\d+)$/.test(value) ? value : JSON.stringify(value)}`;
  }).join(",");
}

const beginsTransaction = (message: Uint8Array): boolean =>
  message[0] === QUERY && decoder.decode(message.subarray(5, 11)) === "begin;";

/** ReadyForQuery, outside of a transaction. */
const endsTransaction = (message: Uint8Array): boolean => message[0] === READY && message[5] === IDLE;

/**
 * The messages of one direction. Each has a type and a length; the first that a client sends has only a length.
 */
async function* messagesOf(
  from: Deno.TcpConn,
  { startsUntyped }: { startsUntyped: boolean },
): AsyncGenerator<Uint8Array> {
  let untyped = startsUntyped;
  let rest = new Uint8Array(0);
  const chunk = new Uint8Array(65_536);
  for (;;) {
    const read = await from.read(chunk);
    if (read === null) return;
    const bytes = new Uint8Array(rest.length + read);
    bytes.set(rest);
    bytes.set(chunk.subarray(0, read), rest.length);
    let at = 0;
    for (;;) {
      const typeLength = untyped ? 0 : 1;
      if (bytes.length - at < typeLength + 4) break;
      const length = typeLength + new DataView(bytes.buffer, at + typeLength).getUint32(0);
      if (bytes.length - at < length) break;
      yield bytes.subarray(at, at + length);
      at += length;
      untyped = false;
    }
    rest = bytes.slice(at);
  }
}

async function writeAll(to: Deno.TcpConn, message: Uint8Array): Promise<void> {
  for (let at = 0; at < message.length;) at += await to.write(message.subarray(at));
}
