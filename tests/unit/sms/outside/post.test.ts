import { strict as assert } from "node:assert";
import {
  post,
  type PostAnswer,
  type PostDependencies,
} from "../../../../supabase/functions/_shared/sms/outside/post.ts";
import { projectRoot } from "../../../../local/project.ts";

const here: PostDependencies = { allowLoopback: true };
const request = (url: string, more: { body?: string; timeoutMs?: number } = {}) => ({
  url,
  headers: { "webhook-id": "one" },
  body: "{}",
  timeoutMs: 60_000,
  ...more,
});

/** A server of bytes: writes what it is given once something came in, and never looks at what that was. */
function speaking(words: string | null) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const serving = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      await connection.read(new Uint8Array(65_536)).catch(() => null);
      if (words !== null) await connection.write(new TextEncoder().encode(words)).catch(() => 0);
      if (words !== null) connection.close();
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/`,
    async [Symbol.asyncDispose]() {
      for (const connection of open) {
        try {
          connection.close();
        } catch { /* it is closed */ }
      }
      listener.close();
      await serving;
    },
  };
}

Deno.test("a request arrives whole, however long, and its answer's status comes back", async () => {
  const got: { path: string; id: string | null; body: string }[] = [];
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    got.push({
      path: pathname + search,
      id: request.headers.get("webhook-id"),
      body: await request.text(),
    });
    return new Response("long ".repeat(100_000), { status: 202, headers: { "retry-after": "7" } });
  });
  const body = "é".repeat(200_000);
  const answer = await post(request(`http://127.0.0.1:${server.addr.port}/a?b=c%20d`, { body }), here);
  assert.deepEqual(answer, { status: 202, retryAfterMs: 7_000 });
  assert.deepEqual(got, [{ path: "/a?b=c%20d", id: "one", body }]);
});

Deno.test("the certificate must be the name's, and one that is trusted", async () => {
  // A certificate for localhost, and the one that signed it. Nobody trusts them but this test.
  const file = (name: string) => Deno.readTextFile(`${projectRoot}/tests/fixtures/tls/${name}`);
  const [ca, cert, key] = await Promise.all([file("ca.crt"), file("localhost.crt"), file("localhost.key")]);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
    () => new Response(null, { status: 204 }),
  );
  const at = (host: string, deps: PostDependencies) =>
    post(request(`https://${host}:${server.addr.port}/`), deps);
  assert.deepEqual(await at("localhost", { ...here, caCerts: [ca] }), { status: 204, retryAfterMs: null });
  assert.deepEqual(await at("localhost", here), { error: "UNREACHABLE" });
  assert.deepEqual(await at("127.0.0.1", { ...here, caCerts: [ca] }), { error: "UNREACHABLE" });
});

Deno.test("a name that leads into a private network, alone or among others, is not connected to", async () => {
  let connections = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    connections += 1;
    return new Response();
  });
  assert(server.addr.port > 0);
  for (const ips of [["10.0.0.1"], ["9.9.9.9", "127.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1"]]) {
    const deps = { allowLoopback: false, resolve: () => Promise.resolve(ips) };
    assert.deepEqual(await post(request("https://hooks.example.com/"), deps), {
      error: "ADDRESS_NOT_ALLOWED",
    });
  }
  assert.equal(connections, 0);
});

Deno.test("a name is resolved once for a call, and that address is called", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) =>
      new Response(null, { status: request.headers.get("host")?.startsWith("localhost:") ? 200 : 400 }),
  );
  let asked = 0;
  // The second answer would lead elsewhere.
  const resolve = () => Promise.resolve([asked++ === 0 ? "127.0.0.1" : "10.0.0.1"]);
  const answer = await post(request(`http://localhost:${server.addr.port}/`), { ...here, resolve });
  assert.deepEqual([answer, asked], [{ status: 200, retryAfterMs: null }, 1]);
});

Deno.test("a redirect is an answer like any other: nobody follows it", async () => {
  let followed = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    if (new URL(request.url).pathname === "/there") followed += 1;
    return Response.redirect(new URL("/there", request.url), 308);
  });
  const answer = await post(request(`http://127.0.0.1:${server.addr.port}/`), here);
  assert.deepEqual([answer, followed], [{ status: 308, retryAfterMs: null }, 0]);
});

Deno.test("who takes the connection and says nothing costs the time that a call may take", async () => {
  await using server = speaking(null);
  assert.deepEqual(await post(request(server.url, { timeoutMs: 50 }), here), { error: "TIMEOUT" });
});

Deno.test("a resolver that hangs costs no more than that either", async () => {
  const hung = Promise.withResolvers<string[]>();
  const deps = { allowLoopback: false, resolve: () => hung.promise };
  assert.deepEqual(await post(request("https://example.com/", { timeoutMs: 50 }), deps), {
    error: "TIMEOUT",
  });
  hung.resolve([]);
});

Deno.test("what is no HTTP/1.1 answer is said to be none", async () => {
  for (const words of ["SSH-2.0-OpenSSH_9.9\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "x".repeat(20_000)]) {
    await using server = speaking(words);
    assert.deepEqual(await post(request(server.url), here), { error: "NOT_HTTP" }, words.slice(0, 20));
  }
});

Deno.test("heads of 1xx come before the answer and are none", async () => {
  await using server = speaking(
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\nHTTP/1.1 201 Created\r\n\r\n",
  );
  assert.deepEqual(await post(request(server.url), here), { status: 201, retryAfterMs: null });
});

Deno.test("who never ends their head, in 1xx or byte by byte, is left after a little of it", async () => {
  const endless: [answer: PostAnswer, next: (at: number) => string][] = [
    [{ error: "NOT_HTTP" }, () => "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)],
    [{ status: 500, retryAfterMs: null }, (at) => "HTTP/1.1 500 Broken\r\nx: "[at] ?? "y"],
  ];
  for (const [expected, next] of endless) {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    let written = 0;
    const serving = (async () => {
      using connection = await listener.accept();
      connection.setNoDelay(true);
      for (let at = 0;; at += 1) {
        written += await connection.write(new TextEncoder().encode(next(at)));
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    })().catch(() => {/* it was left */});
    const answer = await post(request(`http://127.0.0.1:${listener.addr.port}/`, { timeoutMs: 4_000 }), here);
    listener.close();
    await serving;
    assert.deepEqual(answer, expected);
    assert(written < 5_000_000);
  }
});

/** A server that goes on and on, until nobody reads any more. */
function flooding(first: string, then: string, gapMs = 0) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      const bytes = new TextEncoder().encode(then);
      try {
        await connection.write(new TextEncoder().encode(first));
        while (await connection.write(bytes) > 0) {
          await new Promise((resolve) => setTimeout(resolve, gapMs));
        }
      } catch { /* the reader has left */ }
      try {
        connection.close();
      } catch { /* it is closed */ }
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

Deno.test("1xx without an end, and a head without one, are read no further than a head may be long", async () => {
  for (
    const [first, then, answer] of [
      ["", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100), { error: "NOT_HTTP" }],
      ["", `x-filler: ${"x".repeat(1_000)}\r\n`, { error: "NOT_HTTP" }],
      ["HTTP/1.1 200 OK\r\n", `x-filler: ${"x".repeat(1_000)}\r\n`, { status: 200, retryAfterMs: null }],
    ] as const
  ) {
    await using server = flooding(first, then);
    assert.deepEqual(await post(request(server.url, { timeoutMs: 5_000 }), here), answer, then.slice(0, 20));
  }
});

Deno.test("an answer that comes byte by byte is awaited no longer than any other", async () => {
  await using server = flooding("HTTP/1.1 200 OK\r\nx-slow: ", "x", 5);
  assert.deepEqual(await post(request(server.url, { timeoutMs: 100 }), here), { error: "TIMEOUT" });
});

Deno.test("a connection that is refused, or closed without a word, is unreachable", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  assert.deepEqual(await post(request(`http://127.0.0.1:${port}/`), here), { error: "UNREACHABLE" });
  await using server = speaking("");
  assert.deepEqual(await post(request(server.url), here), { error: "UNREACHABLE" });
});
