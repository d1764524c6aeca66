/** What the browser tests share: a stack with its inbox, a browser a file, pages as a desk and a phone have them. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { complain } from "../../local/print.ts";
import { projectRoot } from "../../local/project.ts";
import type { StackOptions } from "../../local/stack.ts";
import { stackForFile, type TestStack } from "../functions/support.ts";
import { launch, NO_BROWSER } from "./chromium.ts";
import { addFonts } from "./fonts.ts";

export interface InboxStack extends TestStack {
  readonly webUrl: string;
}

/** Everything that tests of a file share; null where there is no browser. */
export interface Inbox {
  readonly stack: InboxStack;
  open(options?: OpenOptions): Promise<Page>;
}

export interface OpenOptions {
  readonly size?: keyof typeof SIZES;
  readonly theme?: "light" | "dark";
  /** Signed in as. Default: the demo user; null: nobody. */
  readonly user?: { readonly email: string; readonly password: string } | null;
  /** As a newcomer finds the local stack, with the phone beside the page. Default: closed, as it is for a host. */
  readonly simulator?: "as found" | "closed";
}

export const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  /** The narrowest that has to work. */
  narrow: { width: 360, height: 640 },
} as const;

/** Waits inside a page; what is slower on a busy machine is still right. */
const DEADLINE_MS = 20_000;

/**
 * A stack and a browser for all tests of the file that calls this, and its tests' own `Deno.test`: without a browser
 * nothing is started and every test is skipped, with the sentence that says why.
 */
export async function inboxForFile(
  options: StackOptions = {},
  assistant: Parameters<typeof stackForFile>[1] = {},
): Promise<(name: string, test: (inbox: Inbox) => Promise<void>) => void> {
  if (NO_BROWSER !== null) {
    complain(NO_BROWSER);
    return (name) => Deno.test.ignore(name, () => {});
  }
  const stack = await stackForFile({ web: true, ...options }, assistant);
  const { webUrl } = stack.ready;
  assert(webUrl);
  const browser = await launch();
  Deno.test.afterAll(() => browser.close());
  return (name, test) =>
    Deno.test(name, async () => {
      await using pages = new Pages(browser, { ...stack, webUrl });
      await test(pages);
      pages.assertNothingBroke();
    });
}

/** Signing in by hand takes a second, and has tests of its own. */
let demoSession: Awaited<ReturnType<BrowserContext["storageState"]>> | undefined;

const navigation = (page: Page) => page.getByRole("navigation", { name: "Pages" });

/** The pages of one test: each is a visitor of its own. */
class Pages implements Inbox, AsyncDisposable {
  readonly #contexts: BrowserContext[] = [];
  readonly #broken: string[] = [];

  constructor(readonly browser: Browser, readonly stack: InboxStack) {}

  open = async (
    { size = "desktop", theme = "light", user, simulator = "closed" }: OpenOptions = {},
  ): Promise<Page> => {
    const { ready, webUrl } = this.stack;
    const asDemo = user === undefined;
    const context = await this.browser.newContext({
      ...asDemo && demoSession ? { storageState: demoSession } : {},
      viewport: SIZES[size],
      colorScheme: theme,
      reducedMotion: "reduce",
      locale: "en-US",
      timezoneId: "America/New_York",
      hasTouch: size !== "desktop",
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(DEADLINE_MS);
    await addFonts(context, webUrl);
    // Also where the session of another test brought its own.
    await context.addInitScript(
      simulator === "closed"
        ? `localStorage.setItem("sms.simulator", "closed")`
        : `localStorage.removeItem("sms.simulator")`,
    );
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#broken.push(error.stack ?? error.message));
    page.on("console", (message) => {
      if (/Content Security Policy|React/.test(message.text())) this.#broken.push(message.text());
    });
    await page.goto(webUrl);
    if (asDemo && demoSession) await navigation(page).waitFor();
    else if (user !== null) await signIn(page, user ?? ready.user);
    if (asDemo) demoSession ??= await context.storageState();
    return page;
  };

  /** An exception nobody caught, or a policy that was hit, fails the test it happened in. */
  assertNothingBroke(): void {
    assert.deepEqual(this.#broken, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#contexts) await context.close();
  }
}

export async function signIn(page: Page, user: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await navigation(page).waitFor();
}

/** A picture for `docs/screens`, where `SCREENS=1` asks for them. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!Deno.env.get("SCREENS")) return;
  // Also those that a character asks for which has just come up.
  await page.evaluate(
    "document.fonts.load('16px \"Noto Color Emoji\"', '🥐').then(() => document.fonts.ready).then(() => {})",
  );
  await page.screenshot({ path: join(projectRoot, "docs/screens", `${name}.png`) });
}
