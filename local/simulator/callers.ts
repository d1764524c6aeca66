/**
 * Who may drive the simulator: the page that the stack serves, and programs on this machine. Not a web page from
 * elsewhere, though the developer's browser would carry its requests here.
 */

const LOOPBACK = /^(localhost|127\.0\.0\.1)(:\d+)?$/;

/**
 * Why a request is not answered, or null.
 *
 * - Its `Host` must be ours: a page whose name was made to point at 127.0.0.1 (DNS rebinding) sends its own name.
 * - A browser says in `Sec-Fetch-Site` what pages cannot forge: only our own page is `same-origin`. Another page, on
 *   another port of this machine too, is `same-site` or `cross-site`.
 *   https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 * - Where a browser does not say it, its `Origin` must be ours. With it, any page of loopback may be that page: Vite's
 *   own server (`deno task dev:web`) hands requests on and leaves the origin as it is.
 * - What changes something must be JSON, which a form cannot send and a script of another origin must ask for first.
 */
export function refusalOf(request: Request, ownHosts: readonly string[]): string | null {
  const { headers } = request;
  if (!ownHosts.includes(headers.get("host") ?? "")) return "The simulator answers to its own address only";
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") {
    return "The simulator answers its own page only";
  }
  const origin = headers.get("origin");
  if (origin !== null && !isOurs(origin, { ownHosts, sameOrigin: site === "same-origin" })) {
    return "The simulator answers its own page only";
  }
  return null;
}

function isOurs(origin: string, known: { ownHosts: readonly string[]; sameOrigin: boolean }): boolean {
  const host = URL.parse(origin)?.host ?? "";
  return known.sameOrigin ? LOOPBACK.test(host) : known.ownHosts.includes(host);
}
