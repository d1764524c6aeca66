import { join, relative } from "node:path";
import type { Simulator } from "./simulator/mod.ts";
import { buildWeb } from "./web_build.ts";

export interface Web extends AsyncDisposable {
  readonly url: string;
}

interface File {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};

export interface WebOptions {
  readonly port: number;
  /** What its `config.json` says. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly simulator: Simulator;
}

/**
 * What any host should answer with the page (web/README.md). A policy in the page itself says the rest, but no browser takes these
 * from there. Browsers ignore the second one over http.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "frame-ancestors 'none'",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
};

/** The built page, by path. */
export type WebFiles = ReadonlyMap<string, File>;

/**
 * The inbox at an address of its own, as a static host has it: what it may ask the API for is up to CORS. Beside it,
 * as no host has it, the phone simulator.
 */
export function startWeb(files: WebFiles, { port, config, simulator }: WebOptions): Web {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/_simulator/")) return simulator.handle(request, hosts);
    if (!["GET", "HEAD"].includes(request.method)) return new Response(null, { status: 405 });
    if (pathname === "/config.json") {
      return Response.json(config, { headers: { ...PAGE_HEADERS, "cache-control": "no-store" } });
    }
    const file = files.get(pathname === "/" ? "/index.html" : pathname);
    return file
      ? new Response(file.content, { headers: file.headers })
      : new Response("Not found", { status: 404 });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      simulator.stop();
      await server.shutdown();
    },
  };
}

/** Builds the page. It is less than 2 MB; nothing of it stays on the disk. */
export async function buildInbox(): Promise<WebFiles> {
  const folder = await Deno.makeTempDir({ prefix: "inbox-" });
  try {
    await buildWeb({ folder, mode: "stack" });
    return await filesBelow(folder, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function filesBelow(folder: string, root: string): Promise<Map<string, File>> {
  const files = new Map<string, File>();
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) {
      for (const [name, file] of await filesBelow(path, root)) files.set(name, file);
    } else {
      const name = `/${relative(root, path)}`;
      files.set(name, { content: await Deno.readFile(path), headers: headersOf(name) });
    }
  }
  return files;
}

function headersOf(name: string): Record<string, string> {
  return {
    "content-type": TYPES[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
    ...PAGE_HEADERS,
    // Vite puts a hash of the content into the names of assets.
    "cache-control": name.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  };
}
