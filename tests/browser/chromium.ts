import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

const CHROME_PATH = Deno.env.get("CHROME_PATH");

/** Why there is no browser, where there is none. */
export const NO_BROWSER = Deno.build.os === "linux" || CHROME_PATH
  ? null
  : "The browser tests are skipped: on Linux @sparticuz/chromium brings its browser along, elsewhere set CHROME_PATH.";

/** A browser without a window. `CHROME_PATH` wins over the one in the npm package. */
export async function launch(): Promise<Browser> {
  if (CHROME_PATH) return await playwright.launch({ executablePath: CHROME_PATH });
  // Not the package's own flags, which are for a function in a cloud: one process for all, and no CORS.
  return await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--force-color-profile=srgb"],
  });
}
