import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import { request as requestHttps } from "node:https";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

export interface CountingRegistry extends AsyncDisposable {
  readonly url: string;
  /** What came from the registry behind it, as it came over the wire. */
  received(): { bytes: number; packages: number; pages: number };
}

/** Hands on a registry of npm on loopback, and counts. Pages of packages name its own address for their tarballs. */
export async function startCountingRegistry(upstream: string): Promise<CountingRegistry> {
  const behind = new URL(upstream);
  const counted = { bytes: 0, packages: 0, pages: 0 };
  let url = "";
  const server = createServer((asked, answer) => {
    handOn(asked, answer).catch((error) => answer.writeHead(502).end(String(error)));
  });

  async function handOn(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { host: _, connection: __, ...headers } = asked.headers;
    const target = new URL(`.${asked.url}`, behind);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = target.protocol === "https:" ? requestHttps : requestHttp;
      const sent = request(
        target,
        { method: asked.method, headers: { ...headers, host: target.host } },
        resolve,
      );
      // npm posts what it installs, to hear of problems.
      asked.pipe(sent.on("error", reject));
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response) {
      counted.bytes += chunk.length;
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    const tarball = target.pathname.endsWith(".tgz");
    counted[tarball ? "packages" : "pages"]++;
    const { "content-encoding": encoding, "content-length": ___, "transfer-encoding": ____, ...rest } =
      response.headers;
    answer.writeHead(response.statusCode ?? 502, rest);
    answer.end(tarball ? body : plain(body, encoding).toString().replaceAll(upstream, url));
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The registry has no port");
  url = `http://127.0.0.1:${address.port}/`;
  return {
    url,
    received: () => ({ ...counted }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function plain(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === "gzip") return gunzipSync(body);
  return encoding === "br" ? brotliDecompressSync(body) : body;
}
