/**
 * Long lists and threads: what is drawn and what is asked for stays small. `INBOX_CONVERSATIONS=100000 SCROLL=100000` is
 * the size that the promise is about; what is scrolled by default is a part of it.
 */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { fillTenant, inBulk } from "../../bench/fill_reads.ts";
import { until } from "../functions/support.ts";
import { list, thread } from "./inbox_support.ts";
import { inboxForFile, type InboxStack } from "./support.ts";

const CONVERSATIONS = Number(Deno.env.get("INBOX_CONVERSATIONS") ?? 10_000);
const SCROLLED = Number(Deno.env.get("SCROLL") ?? 800);
const TEXTS = 10_000;
const PAGE_SIZE = 50;
const MOST_DRAWN = 300;

const inbox = await inboxForFile({ worker: false });
let longConversation: string | undefined;

async function fill(stack: InboxStack): Promise<string> {
  const [tenant] = await stack
    .sql`select user_id as "userId", id as "numberId", number, account_sid as "accountSid"
    from public.sms_numbers where user_id = ${stack.userId}`;
  await inBulk(stack.sql, async (bulk) => {
    const size = { conversations: CONVERSATIONS, texts: 0, long: [1, TEXTS] } as const;
    const { userId, numberId, number, accountSid } = tenant ?? {};
    longConversation =
      (await fillTenant(bulk, { userId, numberId, number, accountSid }, size)).longConversation;
  });
  assert(longConversation);
  return longConversation;
}

/** The addresses of pages that are asked for from now on. */
function pagesAskedFor(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "GET" && /sms-conversation(\/[^?]*)?\?.*cursor=/.test(request.url())) {
      asked.push(request.url());
    }
  });
  return asked;
}

/** Drawn rows of a list, and how far they reach: the smallest and the largest index. */
async function drawn(page: Page, rows: string): Promise<{ count: number; first: number; last: number }> {
  const indices: number[] = await page.evaluate(
    `[...document.querySelectorAll('${rows}')].map((row) => Number(row.dataset.index))`,
  );
  return { count: indices.length, first: Math.min(...indices), last: Math.max(...indices) };
}

inbox(
  `${CONVERSATIONS} conversations: few rows are drawn, and a page is asked for per fifty that are scrolled`,
  async ({ open, stack }) => {
    await fill(stack);
    const page = await open();
    await list(page).getByRole("link").first().waitFor();
    const asked = pagesAskedFor(page);
    const rows = '[aria-label="Conversations"] li';
    let reached = 0;
    let most = 0;
    while (reached < Math.min(SCROLLED, CONVERSATIONS) - 1) {
      const before = reached;
      await page.evaluate(`document.querySelector('${rows}').closest('div').scrollBy(0, 1e7)`);
      await until("the list goes on", async () => {
        const now = await drawn(page, rows);
        most = Math.max(most, now.count);
        reached = now.last;
        return reached > before;
      });
    }
    assert(most < MOST_DRAWN, `${most} rows were drawn`);
    assert(
      asked.length <= Math.ceil((reached + 1) / PAGE_SIZE),
      `${asked.length} pages for ${reached + 1} rows`,
    );
    assert.equal(new Set(asked).size, asked.length, "no page was asked for twice");
    assert.equal((await drawn(page, rows)).count < MOST_DRAWN, true);
  },
);

inbox(
  `a thread of ${TEXTS} texts: few rows are drawn, older ones come without moving what is read`,
  async ({ open, stack }) => {
    const id = longConversation ?? await fill(stack);
    const page = await open({ size: "phone" });
    const asked = pagesAskedFor(page);
    await page.goto(`${stack.webUrl}/#/inbox/${id}`);
    await thread(page).locator("article").first().waitFor();
    const scroller = '[aria-label^="Messages with"]';
    const atEnd =
      `(() => { const s = document.querySelector('${scroller}'); return s.scrollHeight - s.scrollTop - s.clientHeight; })()`;
    await until("it begins at its end", async () => await page.evaluate(atEnd) as number < 4);
    await page.mouse.move(195, 400);
    let most = 0;
    let gate = Promise.withResolvers<void>();
    await page.route(/cursor=/, async (route) => {
      await gate.promise;
      await route.continue();
    });
    const target = Math.min(SCROLLED, TEXTS) / PAGE_SIZE;
    while (asked.length < target - 1) {
      const before = asked.length;
      gate = Promise.withResolvers<void>();
      await until("the page before is asked for", async () => {
        most = Math.max(most, (await drawn(page, `${scroller} li`)).count);
        if (asked.length > before) return true;
        await page.mouse.wheel(0, -1_500);
        return false;
      });
      const seen = await atRest(() => topText(page, scroller));
      const { first } = await drawn(page, `${scroller} li`);
      gate.resolve();
      await until(
        "it has come in above",
        async () => (await drawn(page, `${scroller} li`)).first > first + 20,
      );
      const now = await atRest(() => positionOf(page, seen.text, scroller));
      // Rows that were estimated are measured as they come near; what is read moves by no more than that.
      assert(Math.abs(now - seen.top) < 40, `what was read moved by ${now - seen.top} pixels`);
    }
    assert(most < MOST_DRAWN, `${most} rows were drawn`);
    assert.equal(new Set(asked).size, asked.length, "no page was asked for twice");
  },
);

/** What is the same twice in a row: a wheel turns a little longer than it is pushed. */
async function atRest<T>(look: () => Promise<T>): Promise<T> {
  let before = await look();
  await until("nothing moves", async () => {
    const now = await look();
    const still = JSON.stringify(now) === JSON.stringify(before);
    before = now;
    return still;
  });
  return before;
}

/** The first text that is wholly in sight. */
async function topText(page: Page, scroller: string): Promise<{ text: string; top: number }> {
  return await page.evaluate(`(() => {
    const frame = document.querySelector('${scroller}').getBoundingClientRect();
    const seen = [...document.querySelectorAll('${scroller} article')].find((one) => one.getBoundingClientRect().top > frame.top + 100);
    return { text: seen.textContent, top: seen.getBoundingClientRect().top };
  })()`);
}

async function positionOf(page: Page, text: string, scroller: string): Promise<number> {
  return await page.evaluate(`[...document.querySelectorAll('${scroller} article')]
    .find((one) => one.textContent === ${JSON.stringify(text)})?.getBoundingClientRect().top ?? NaN`);
}
