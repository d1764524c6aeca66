import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { projectRoot } from "../../local/project.ts";

/** A machine for tests may have no fonts at all: those that people's devices bring come from npm. */
const FONTS = [
  "noto-sans-arabic/index.css",
  "noto-sans-hebrew/index.css",
  // Whole: of its parts this Chromium draws nothing.
  "noto-color-emoji/emoji.css",
];

/** The page finds the fonts under its own address, as its policy wants it. */
export async function addFonts(context: BrowserContext, webUrl: string): Promise<void> {
  await context.route(`${webUrl}/fonts-for-tests/**`, (route) =>
    route.fulfill({
      path: join(
        projectRoot,
        "node_modules/@fontsource",
        new URL(route.request().url()).pathname.replace("/fonts-for-tests/", ""),
      ),
    }));
  // A string, because the tests' own types know of no page.
  await context.addInitScript(`addEventListener("DOMContentLoaded", () => {
    for (const font of ${JSON.stringify(FONTS)}) {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = "/fonts-for-tests/" + font;
      document.head.append(link);
    }
  })`);
}
