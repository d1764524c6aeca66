import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/**
 * What the page may load and where it may talk to. A text that somehow became markup would still run nothing. In builds
 * only: Vite's own server adds inline scripts. Which project it talks to is known when the page is opened, hence `https:`.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Radix and the virtual lists place things by style attributes.
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' blob: data: https:",
  "media-src blob: https:",
  "connect-src 'self' https: wss: http://127.0.0.1:* http://localhost:* ws://127.0.0.1:* ws://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [{
    tag: "meta",
    attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
    injectTo: "head-prepend",
  }],
};

// `--mode stack` is the local stack's build: only there do `import.meta.env.MODE === "stack"` branches exist.
export default defineConfig({
  // Relative, with routes behind the hash: it can be put into any folder of any static host.
  base: "./",
  plugins: [react(), contentSecurityPolicy],
  // `deno task dev:web` beside a running `deno task dev`, which knows the keys and has the phones.
  server: { proxy: { "/config.json": "http://127.0.0.1:54323", "/_simulator": "http://127.0.0.1:54323" } },
  build: {
    target: "es2023",
    // Fonts stay files: a data URI would need a wider policy and delay the styles.
    assetsInlineLimit: 0,
  },
});
