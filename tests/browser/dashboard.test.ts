/** The dashboard: figures as `sms-stats` has them, by the clock and the days that somebody chooses. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { StatsResponse } from "../../supabase/functions/_shared/sms/contract/stats.ts";
import { demoClient, phone } from "../functions/support.ts";
import { assertAccessible } from "./axe.ts";
import { addDemoFigures } from "./demo_figures.ts";
import { type Inbox, inboxForFile, type InboxStack, type OpenOptions, screenshot, SIZES } from "./support.ts";

const inbox = await inboxForFile({ worker: false });
const credentials = { email: "nobody@example.com", password: "nobody-has-texted-yet" };
const DAY_MS = 86_400_000;
let seeded: Promise<void> | undefined;

/** The dashboard of the demo tenant, who has three months of texts. */
async function openDashboard(on: Inbox, options: OpenOptions = {}): Promise<Page> {
  await (seeded ??= addDemoFigures(on.stack.sql, on.stack.userId));
  const page = await on.open(options);
  await page.getByRole("link", { name: "Dashboard" }).click();
  return page;
}

const figure = (page: Page, name: string) =>
  page.getByText(name, { exact: true }).locator("xpath=following-sibling::dd[1]");

async function stats(stack: InboxStack, query: Record<string, string>): Promise<StatsResponse> {
  const client = await demoClient(stack);
  const { data, error } = await client.functions.invoke(`sms-stats?${new URLSearchParams(query)}`, {
    method: "GET",
  });
  assert.equal(error, null);
  return StatsResponse.parse(data);
}

async function choose(page: Page, name: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name, exact: true }).click();
  await page.getByRole("option", { name: option }).click();
}

const dayInNewYork = (at: number) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York", dateStyle: "short" }).format(at);

inbox("whoever has no texts sees what will be there, and nothing of another tenant", async (on) => {
  await (seeded ??= addDemoFigures(on.stack.sql, on.stack.userId));
  await on.stack.createUser(credentials.email, credentials.password);
  const page = await on.open({ user: credentials });
  await page.getByRole("link", { name: "Dashboard" }).click();
  await page.getByText("No messages in this period").waitFor();
  await page.getByRole("combobox", { name: "Number" }).click();
  assert.deepEqual(await page.getByRole("option").allTextContents(), ["All numbers"]);
  await page.keyboard.press("Escape");
  await assertAccessible(page);
  await screenshot(page, "dashboard-empty-desktop-light");
});

inbox("the figures and every day of the charts are those of sms-stats", async (on) => {
  const page = await openDashboard(on);
  await choose(page, "Time range", "Last 7 days");
  await page.getByRole("button", { name: "Show Texts by day as a table" }).click();
  const table = page.getByRole("region", { name: "Texts by day, table" });
  await table.getByRole("row").nth(7).waitFor();
  const now = Date.now();
  const { totals, series } = await stats(on.stack, {
    from: dayInNewYork(now - 6 * DAY_MS),
    to: dayInNewYork(now + DAY_MS),
    time_zone: "America/New_York",
  });
  const number = (value: number) => value.toLocaleString("en-US");
  assert(totals.inbound > 0 && totals.delivery_rate !== null);
  await figure(page, "Texts received").getByText(number(totals.inbound), { exact: true }).waitFor();
  assert.equal(await figure(page, "Texts sent").textContent(), number(totals.outbound));
  assert.equal(
    await figure(page, "Delivery rate").textContent(),
    totals.delivery_rate.toLocaleString("en-US", { style: "percent", maximumFractionDigits: 1 }),
  );
  assert.equal(await figure(page, "Opt-outs").textContent(), number(totals.opt_outs));
  assert.match(await figure(page, "Answer time").textContent() ?? "", /^\d+(\.\d)? sec$/);
  assert.equal(
    await figure(page, "Cost").textContent(),
    totals.cost[0]?.amount.toLocaleString("en-US", { style: "currency", currency: "USD" }),
  );
  const rows = await table.getByRole("row").allInnerTexts();
  assert.deepEqual(
    rows.slice(1).map((row) => row.split("\t").slice(1)),
    series.toReversed().map(({ inbound, outbound }) => [number(inbound), number(outbound)]),
  );
  await page.getByText("Appointment", { exact: true }).waitFor();
});

inbox("a text counts for the day that it was in the time zone chosen, found by keyboard", async (on) => {
  const page = await openDashboard(on);
  await choose(page, "Time range", "Last 90 days");
  const { sql, userId } = on.stack;
  // Half past one at night in London is still the evening before in New York.
  const night = new Date(Date.now() - 100 * DAY_MS);
  night.setUTCHours(1, 30, 0, 0);
  await sql`insert into public.sms_messages (message_sid, account_sid, user_id, direction, sender, from_number,
      to_number, body, status, created_at)
    select ${`SM${crypto.randomUUID()}`}, account_sid, ${userId}, 'inbound', 'contact', ${phone()}, number, 'Late',
      'received', ${night} from public.sms_numbers where user_id = ${userId} limit 1`;
  const evening = dayInNewYork(night.getTime());
  assert.notEqual(evening, night.toISOString().slice(0, 10));
  await choose(page, "Time range", "Custom days");
  await page.getByLabel("From", { exact: true }).fill(evening);
  await page.getByLabel("To", { exact: true }).fill(evening);
  await figure(page, "Texts received").getByText("1", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Time zone: America/New York" }).press("Enter");
  await page.getByRole("combobox", { name: "Search time zones" }).fill("london");
  await page.getByRole("option", { name: "Europe/London" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("No messages in this period").waitFor();
  await page.getByLabel("To", { exact: true }).fill(night.toISOString().slice(0, 10));
  await figure(page, "Texts received").getByText("1", { exact: true }).waitFor();
  // Two days are shown by the hour.
  await page.getByRole("heading", { name: "Texts by hour" }).waitFor();
  await page.getByLabel("To", { exact: true }).fill("2020-01-01");
  await page.getByRole("alert").getByText("The first day comes after the last one.").waitFor();
});

inbox("figures are narrowed to a number and an assistant, and widened again", async (on) => {
  const page = await openDashboard(on);
  const { sql, userId } = on.stack;
  await sql`insert into public.sms_assistants (user_id, name, prompt) values (${userId}, 'Idle', 'Answer.')`;
  await page.reload();
  const received = figure(page, "Texts received");
  await received.waitFor();
  const all = await received.textContent();
  await page.getByRole("combobox", { name: "Number" }).click();
  await page.getByRole("option").nth(1).click();
  await received.getByText(String(all), { exact: true }).waitFor();
  await choose(page, "Assistant", "Idle");
  await page.getByText("No messages match these filters.").waitFor();
  await page.getByRole("button", { name: "Show all numbers and assistants" }).click();
  await received.getByText(String(all), { exact: true }).waitFor();
  await sql`delete from public.sms_assistants where name = 'Idle'`;
});

inbox("a server that is away is said, and tried again", async (on) => {
  const page = await openDashboard(on);
  await figure(page, "Texts received").waitFor();
  await page.route("**/functions/v1/sms-stats*", (route) => route.abort());
  await choose(page, "Time range", "Last 7 days");
  const alert = page.getByRole("alert");
  await alert.getByText("The server cannot be reached.").waitFor();
  await assertAccessible(page);
  await screenshot(page, "dashboard-error-desktop-light");
  await page.unroute("**/functions/v1/sms-stats*");
  await alert.getByRole("button", { name: "Try again" }).click();
  await figure(page, "Texts received").waitFor();
});

inbox("the arrow keys go through a chart, and say what is there", async (on) => {
  const page = await openDashboard(on);
  const chart = page.getByRole("application", { name: /^Texts by day/ });
  await chart.focus();
  await page.keyboard.press("ArrowRight");
  const said = page.getByRole("status").filter({ hasText: "Received" });
  await said.getByText(/^\w{3}, \w{3} \d+, \d{4}$/).waitFor();
});

for (const theme of ["light", "dark"] as const) {
  inbox(`the dashboard fits every screen in ${theme} colours, and axe finds nothing serious`, async (on) => {
    const page = await openDashboard(on, { theme });
    await page.getByRole("application", { name: /^Texts by day/ }).waitFor();
    await page.getByRole("application", { name: /^Cost in USD/ }).waitFor();
    for (const size of ["desktop", "phone", "narrow"] as const) {
      await page.setViewportSize(SIZES[size]);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
      await screenshot(page, `dashboard-${size}-${theme}`);
      await page.getByText("Cost in USD").scrollIntoViewIfNeeded();
      await screenshot(page, `dashboard-end-${size}-${theme}`);
      await page.getByRole("heading", { name: "Dashboard" }).scrollIntoViewIfNeeded();
    }
    await assertAccessible(page);
    await page.setViewportSize(SIZES.desktop);
    await page.getByRole("button", { name: "Show Texts by day as a table" }).click();
    await page.getByRole("region", { name: "Texts by day, table" }).waitFor();
    await screenshot(page, `dashboard-table-desktop-${theme}`);
    await assertAccessible(page);
  });
}
