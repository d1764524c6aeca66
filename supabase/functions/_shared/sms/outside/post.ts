import { type AddressRules, type AllowedAddress, mayConnect, readAddress } from "./public_address.ts";

/**
 * Posts to an address that a stranger gave. `fetch` resolves a name again after any check of ours, and Deno 2.1 lets nobody
 * pin what it resolves. So the connection is opened here, to an IP address that was checked, and TLS and one request go
 * over it. Only the head of the answer is read, no redirect is followed, and nothing of the answer is kept but its status.
 */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

export type PostAnswer =
  | { readonly status: number; readonly retryAfterMs: number | null }
  | { readonly error: PostFailure };

export type PostFailure =
  /** Not https, another port, or an address that is not of the public internet. */
  | "ADDRESS_NOT_ALLOWED"
  /** No such name, no connection, a certificate that is not trusted, or the connection broke. */
  | "UNREACHABLE"
  | "TIMEOUT"
  /** What answered does not speak HTTP/1.1. */
  | "NOT_HTTP";

export interface PostDependencies extends AddressRules {
  /** What a name leads to. Default: DNS. */
  resolve?(host: string): Promise<string[]>;
  /** Certificates, as PEM, that are trusted besides the runtime's. */
  readonly caCerts?: string[];
}

/** An answer's head is smaller. What comes after it is never read. */
const HEAD_BYTES = 16_384;
const LONGEST_RETRY_AFTER_MS = 86_400_000;

/** Never throws: whatever goes wrong is an answer too. */
export async function post(request: Post, deps: PostDependencies): Promise<PostAnswer> {
  const address = readAddress(request.url, deps);
  if (address === null) return { error: "ADDRESS_NOT_ALLOWED" };
  const call = new Call();
  const timeout = Promise.withResolvers<PostAnswer>();
  const timer = setTimeout(() => timeout.resolve({ error: "TIMEOUT" }), request.timeoutMs);
  try {
    return await Promise.race([timeout.promise, talk(call, address, request, deps)]);
  } catch {
    return { error: "UNREACHABLE" };
  } finally {
    clearTimeout(timer);
    call.end();
  }
}

/** The connection of one call, which ends with it however far it came. */
class Call {
  #connection: Deno.Conn | undefined;
  #over = false;

  hold<C extends Deno.Conn>(connection: C): C {
    this.#connection = connection;
    if (this.#over) this.#close();
    return connection;
  }

  end(): void {
    this.#over = true;
    this.#close();
  }

  isOver(): boolean {
    return this.#over;
  }

  #close(): void {
    try {
      this.#connection?.close();
    } catch {
      // The other side was quicker, or TLS took the connection over.
    }
    this.#connection = undefined;
  }
}

async function talk(
  call: Call,
  address: AllowedAddress,
  request: Post,
  deps: PostDependencies,
): Promise<PostAnswer> {
  const ips = await (deps.resolve ?? resolve)(address.host);
  // All of them, not one: a name that leads into a private network as well is not a mistake of its owner.
  if (ips.some((ip) => !mayConnect(ip, deps))) return { error: "ADDRESS_NOT_ALLOWED" };
  const connection = await connect(call, { ...address, ips, caCerts: deps.caCerts ?? [] });
  if (connection === null) return { error: "UNREACHABLE" };
  const head = await exchange(connection, requestBytes(address.url, request));
  return answerOf(head);
}

async function resolve(host: string): Promise<string[]> {
  if (host === "localhost" || host.endsWith(".localhost")) return ["127.0.0.1"];
  if (/^[\d.]+$/.test(host) || host.includes(":")) return [host];
  const asked = await Promise.allSettled([Deno.resolveDns(host, "A"), Deno.resolveDns(host, "AAAA")]);
  return asked.flatMap((answer) => answer.status === "fulfilled" ? answer.value : []);
}

/** The first address that takes the connection; TLS is told the name, so the certificate must be that name's. */
async function connect(
  call: Call,
  { host, port, tls, ips, caCerts }: AllowedAddress & { ips: string[]; caCerts: string[] },
): Promise<Deno.Conn | null> {
  for (const hostname of ips) {
    if (call.isOver()) return null;
    const tcp = await Deno.connect({ hostname, port }).catch(() => null);
    if (tcp === null) continue;
    call.hold(tcp);
    if (!tls) return tcp;
    return call.hold(await Deno.startTls(tcp, { hostname: host, alpnProtocols: ["http/1.1"], caCerts }));
  }
  return null;
}

function requestBytes(url: URL, { headers, body }: Post): Uint8Array {
  const content = new TextEncoder().encode(body);
  const fields = {
    host: url.host,
    ...headers,
    "content-length": String(content.length),
    connection: "close",
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = new TextEncoder().encode(
    `POST ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("")}\r\n`,
  );
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}

/** Writes the request and reads until the answer's head is whole. Writing may go on meanwhile: an answer can come early. */
async function exchange(connection: Deno.Conn, request: Uint8Array): Promise<string> {
  write(connection, request).catch(() => {/* the reader sees why */});
  const decoder = new TextDecoder("latin1");
  const buffer = new Uint8Array(4_096);
  let head = "";
  // Heads of 1xx count as well: they may come without an end, as fast as we read.
  for (let bytes = 0; bytes < HEAD_BYTES;) {
    const count = await connection.read(buffer);
    if (count === null) break;
    bytes += count;
    head += decoder.decode(buffer.subarray(0, count), { stream: true });
    head = withoutInterim(head);
    if (head.includes("\r\n\r\n")) break;
  }
  return head;
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** Without the heads of 1xx, which come before the answer (RFC 9110, section 15.2). */
const withoutInterim = (head: string): string =>
  head.replace(/^(?:HTTP\/1\.[01] 1\d\d[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n)+/, "");

function answerOf(head: string): PostAnswer {
  const status = /^HTTP\/1\.[01] ([2-5]\d\d)\b/.exec(head)?.[1];
  if (status === undefined) return { error: head === "" ? "UNREACHABLE" : "NOT_HTTP" };
  const seconds = /\r\nretry-after:[ \t]*(\d{1,9})[ \t]*\r\n/i.exec(head)?.[1];
  return {
    status: Number(status),
    retryAfterMs: seconds === undefined ? null : Math.min(LONGEST_RETRY_AFTER_MS, Number(seconds) * 1_000),
  };
}
