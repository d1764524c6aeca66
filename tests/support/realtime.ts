/**
 * A stand-in for Supabase Realtime, for who listens: one socket server that speaks protocol 2.0.0 as
 * https://supabase.com/docs/guides/realtime/protocol has it. Text frames are `[join_ref, ref, topic, event, payload]`;
 * what others broadcast comes as binary frames of type 4.
 */
type Frame = [join_ref: string | null, ref: string | null, topic: string, event: string, payload: unknown];

export interface Join {
  readonly topic: string;
  readonly private: boolean;
  readonly accessToken: string | undefined;
}

export class RealtimeServer implements AsyncDisposable {
  /** Every join that was asked for, refused ones too. */
  readonly joins: Join[] = [];
  /** Whether joins are refused, as those of topics whose policy says no. */
  refuses = false;
  readonly #sockets = new Set<WebSocket>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname !== "/realtime/v1/websocket" || searchParams.get("vsn") !== "2.0.0") {
        return new Response(null, { status: 404 });
      }
      const { socket, response } = Deno.upgradeWebSocket(request);
      this.#sockets.add(socket);
      socket.onclose = () => this.#sockets.delete(socket);
      socket.onmessage = ({ data }) => this.#answer(socket, JSON.parse(data) as Frame);
      return response;
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  #answer(socket: WebSocket, [joinRef, ref, topic, event, payload]: Frame): void {
    const refused = event === "phx_join" && this.refuses;
    if (event === "phx_join") this.joins.push(joinOf(topic, payload));
    const reply = refused
      ? { status: "error", response: { reason: "Unauthorized: You do not have permissions to read" } }
      : { status: "ok", response: event === "phx_join" ? { postgres_changes: [] } : {} };
    socket.send(JSON.stringify([joinRef, ref, topic, "phx_reply", reply] satisfies Frame));
  }

  /** To all who are connected. */
  broadcast(topic: string, event: string, payload: unknown): void {
    const encoder = new TextEncoder();
    const [to, what, json] = [
      encoder.encode(topic),
      encoder.encode(event),
      encoder.encode(JSON.stringify(payload)),
    ];
    const frame = new Uint8Array([4, to.length, what.length, 0, 1, ...to, ...what, ...json]);
    for (const socket of this.#sockets) socket.send(frame);
  }

  /** The connections break; those who come back are let in. */
  drop(): void {
    for (const socket of this.#sockets) socket.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    await this.#server.shutdown();
  }
}

function joinOf(topic: string, payload: unknown): Join {
  const { config, access_token } = payload as { config?: { private?: boolean }; access_token?: string };
  return { topic, private: config?.private === true, accessToken: access_token };
}
