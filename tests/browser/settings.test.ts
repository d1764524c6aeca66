/** The settings: who answers and how, on which numbers, through whose Twilio account. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { displayNumber } from "../../web/src/lib/phone.ts";
import { answer, phone } from "../functions/support.ts";
import { startReceiver } from "../support/receiver.ts";
import { assertAccessible } from "./axe.ts";
import { type Inbox, inboxForFile, type OpenOptions, screenshot, SIZES } from "./support.ts";

const inbox = await inboxForFile({ worker: false });

async function openSettings(on: Inbox, options: OpenOptions = {}): Promise<Page> {
  const page = await on.open(options);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  return page;
}

/** Somebody with nothing of their own yet. */
async function newcomer({ stack }: Inbox) {
  const credentials = { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() };
  const { id } = await stack.createUser(credentials.email, credentials.password);
  return { ...credentials, id };
}

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
const said = (page: Page, words: string) => page.getByText(words).first().waitFor();

inbox("an assistant is made, what is wrong with it explained, and changed", async (on) => {
  const user = await newcomer(on);
  const page = await openSettings(on, { user });
  await said(page, "No assistants yet");
  await press(page, "New assistant");
  await field(page, "Name").fill("Mia 🦷");
  await press(page, "Save");
  await page.getByRole("alert").getByText("Say what it should do").waitFor();
  await field(page, "Prompt").fill("You answer for a dental practice.");
  await field(page, "Reply delay, in seconds").fill("4.5");
  await field(page, "Temperature").fill("hot");
  await press(page, "Save");
  await page.getByRole("alert").getByText("Choose 0 to 2").waitFor();
  await field(page, "Temperature").fill("0.4");
  // Only the database checks this one.
  await field(page, "Language").fill("english please");
  await press(page, "Save");
  await page.getByRole("alert").getByText("Write a language tag such as en").waitFor();
  await field(page, "Language").fill("en");
  await press(page, "Save");
  await said(page, "Mia 🦷 is saved");
  await page.getByRole("heading", { name: "Mia 🦷" }).waitFor();
  const [made] = await on.stack.sql`select * from public.sms_assistants where user_id = ${user.id}`;
  assert.equal(made?.prompt, "You answer for a dental practice.");
  assert.deepEqual(
    [made?.reply_delay_ms, made?.temperature, made?.language, made?.model, made?.first_message],
    [4500, "0.40", "en", null, null],
  );
  await page.reload();
  await field(page, "First message").fill("Hello from Bright Smile!");
  await page.getByRole("combobox", { name: "New conversation after" }).click();
  await page.getByRole("option", { name: "3 days" }).click();
  await page.getByRole("switch", { name: "Active" }).click();
  await page.getByRole("switch", { name: "Look at photos" }).click();
  await page.getByRole("combobox", { name: "Thinking before it answers" }).click();
  await page.getByRole("option", { name: "A little" }).click();
  await page.getByRole("combobox", { name: "Wording" }).click();
  await page.getByRole("option", { name: "Detailed" }).click();
  await press(page, "Save");
  await said(page, "Mia 🦷 is saved");
  const [changed] = await on.stack
    .sql`select first_message, active, reads_images, reasoning_effort, verbosity, extract(epoch from idle_timeout)::int as idle from public.sms_assistants
      where user_id = ${user.id}`;
  assert.deepEqual({ ...changed }, {
    first_message: "Hello from Bright Smile!",
    active: false,
    reads_images: true,
    reasoning_effort: "low",
    verbosity: "high",
    idle: 259_200,
  });
  await page.getByRole("link", { name: "All assistants" }).click();
  await said(page, "Switched off");
});

inbox(
  "whoever leaves with unsaved changes is asked, and an assistant is deleted only on purpose",
  async (on) => {
    const user = await newcomer(on);
    await on.stack.sql`insert into public.sms_assistants (user_id, name, prompt)
    values (${user.id}, 'Ada', 'Answer.')`;
    const page = await openSettings(on, { user });
    await page.getByRole("link", { name: "Edit Ada" }).click();
    await field(page, "Prompt").fill("Answer in rhymes.");
    const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
    await page.goBack();
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Inbox" }).click();
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await page.getByRole("button", { name: /^Sign out/ }).click();
    await dialog.getByRole("button", { name: "Keep it" }).click();
    assert.equal(await field(page, "Prompt").inputValue(), "Answer in rhymes.");
    await press(page, "Discard");
    assert.equal(await field(page, "Prompt").inputValue(), "Answer.");
    await field(page, "Prompt").fill("Answer in rhymes.");
    await page.getByRole("link", { name: "Dashboard" }).click();
    await dialog.getByRole("button", { name: "Leave" }).click();
    await page.getByRole("heading", { name: "Dashboard" }).waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: "Edit Ada" }).click();
    await press(page, "Delete");
    await page.getByRole("dialog", { name: "Delete Ada?" }).getByRole("button", { name: "Keep it" }).click();
    await press(page, "Delete");
    await press(page, "Delete assistant");
    await said(page, "No assistants yet");
    const [left] = await on.stack
      .sql`select count(*)::int from public.sms_assistants where user_id = ${user.id}`;
    assert.equal(left?.count, 0);
  },
);

inbox("the assistant is tried as it is edited, and nothing is stored or sent", async (on) => {
  const { model, sql } = on.stack;
  const user = await newcomer(on);
  await sql`insert into public.sms_assistants (user_id, name, prompt, goodbye_message)
    values (${user.id}, 'Ada', 'Answer.', 'See you!')`;
  const page = await openSettings(on, { user });
  await page.getByRole("link", { name: "Edit Ada" }).click();
  await field(page, "Prompt").fill("You answer for a bakery.");
  await field(page, "Temperature").fill("0.4");
  const log = page.getByRole("log");
  const send = async (text: string) => {
    await field(page, "Text as a contact").fill(text);
    await page.keyboard.press("Enter");
  };
  model.answerNext(answer("We open at seven 🥐", { handoff: true }));
  const asked = page.waitForRequest((request) =>
    request.method() === "POST" && /sms-preview/.test(request.url())
  );
  await send("When do you open?");
  await log.getByText("We open at seven 🥐").waitFor();
  await log.getByText("1 segment · UCS-2").waitFor();
  await log.getByText("Question", { exact: true }).waitFor();
  await log.getByText("Asks for a person").waitFor();
  assert.match(JSON.stringify(model.requests.at(-1)), /You answer for a bakery\./);
  assert.equal((await asked).postDataJSON().assistant.temperature, 0.4);
  await screenshot(page, "settings-try-desktop-light");
  await assertAccessible(page);
  model.failNext(1, "500");
  await send("And on Sunday?");
  await page.getByRole("alert").getByText("The model did not answer.").waitFor();
  model.answerNext(answer("Bye", { end_conversation: true }));
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await log.getByText("See you!").waitFor();
  await press(page, "Start over");
  await field(page, "First message").fill("Hello from the bakery!");
  await send("Hi");
  await log.getByText("Hello from the bakery!").waitFor();
  const [stored] = await sql`select
    (select count(*)::int from public.sms_conversations where user_id = ${user.id}) as conversations,
    (select prompt from public.sms_assistants where user_id = ${user.id}) as prompt`;
  assert.deepEqual({ ...stored }, { conversations: 0, prompt: "Answer." });
  assert.equal(on.stack.carrier.ledger.outbound().length, 0);
});

inbox("the limits are those that the database holds to, default or set", async (on) => {
  const user = await newcomer(on);
  const page = await openSettings(on, { user });
  const shown = async () =>
    (await page.getByRole("definition").allTextContents()).map((text) => text.replaceAll(",", ""));
  await said(page, "Each number's own");
  const [defaults] = await on.stack.sql`select (sms_private.limits_of(${user.id})).*`;
  assert.deepEqual(await shown(), [
    String(defaults?.conversation_replies_per_hour),
    String(defaults?.conversation_replies_per_day),
    String(defaults?.tenant_replies_per_day),
    String(defaults?.conversation_unsent_calls_per_hour),
    String(defaults?.tenant_unsent_calls_per_day),
    String(defaults?.sends_per_minute),
    String(defaults?.broadcast_recipients_per_day),
    String(defaults?.promotional_per_contact_per_day),
    String(defaults?.promotional_per_contact_per_week),
    String(defaults?.shared_segments_per_day),
    String(defaults?.default_numbers),
    String(defaults?.texts_per_minute),
    String(defaults?.assistants),
    String(defaults?.templates),
    String(defaults?.contacts),
    "Each number's own",
  ]);
  await on.stack
    .sql`insert into public.sms_limits (user_id, conversation_replies_per_hour, allowed_countries)
    values (${user.id}, null, '{DE,FR}')`;
  await page.reload();
  await said(page, "No limit");
  assert.equal((await shown()).at(-1), "Each number's own Germany France");
});

inbox(
  "an account is connected, a wrong token explained, a number assigned, repaired and let go",
  async (on) => {
    const { carrier, sql } = on.stack;
    const user = await newcomer(on);
    const [assistant] = await sql`insert into public.sms_assistants (user_id, name, prompt)
    values (${user.id}, 'Ada', 'Answer.') returning id`;
    const { accountSid, authToken } = carrier.addAccount();
    const number = phone();
    carrier.addNumber(accountSid, { number });
    const page = await openSettings(on, { user });
    await page.getByRole("tab", { name: "Twilio account" }).click();
    await said(page, "No Twilio account is connected");
    await press(page, "Connect an account");
    const token = page.getByLabel("Auth token");
    assert.deepEqual([await token.getAttribute("type"), await token.getAttribute("autocomplete")], [
      "password",
      "off",
    ]);
    await field(page, "Account SID").fill(`SK${"0".repeat(32)}`);
    await press(page, "Connect");
    await page.getByRole("alert").getByText("This is an API key.").waitFor();
    await field(page, "Account SID").fill(accountSid);
    await token.fill("0".repeat(32));
    await press(page, "Connect");
    await page.getByRole("alert").getByText(
      "Twilio does not accept this account SID together with this auth token",
    )
      .waitFor();
    await screenshot(page, "settings-connect-desktop-light");
    await assertAccessible(page);
    await token.fill(authToken);
    await field(page, "Label (optional)").fill("Main account");
    await press(page, "Connect");
    await said(page, "The account is connected");
    await page.getByText(accountSid).waitFor();
    assert(!(await page.content()).includes(authToken));

    await page.getByRole("tab", { name: "Numbers" }).click();
    await press(page, "Add a number");
    await page.getByRole("combobox", { name: "Number" }).getByText(displayNumber(number)).waitFor();
    await screenshot(page, "settings-assign-desktop-light");
    await press(page, "Add the number");
    await said(page, "Working");
    const atTwilio = () => carrier.numbers().find((one) => one.number === number)?.smsUrl ?? "";
    assert.match(atTwilio(), /\/functions\/v1\/sms-webhook#/);

    carrier.configureNumber(number, { smsUrl: "https://elsewhere.example.com/sms" });
    await press(page, "Check at Twilio");
    await said(page, "Changed at Twilio");
    await page.getByText("https://elsewhere.example.com/sms").first().waitFor();
    await screenshot(page, "settings-drifted-desktop-light");
    await press(page, `Repair ${displayNumber(number)}`);
    await said(page, "Working");
    assert.match(atTwilio(), /\/functions\/v1\/sms-webhook#/);

    const who = page.getByRole("combobox", { name: `Who answers on ${displayNumber(number)}` });
    await who.click();
    await page.getByRole("option", { name: "No assistant: messages wait" }).click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await who.and(page.locator(":focus")).waitFor();
    await who.click();
    await page.getByRole("option", { name: "No assistant: messages wait" }).click();
    await press(page, "Unassign");
    await said(page, `Nobody answers on ${displayNumber(number)}`);
    const [row] = await sql`select assistant_id from public.sms_numbers where number = ${number}`;
    assert.equal(row?.assistant_id, null);
    await who.click();
    await page.getByRole("option", { name: "Ada" }).click();
    await who.getByText("Ada").waitFor();
    const [again] = await sql`select assistant_id from public.sms_numbers where number = ${number}`;
    assert.equal(again?.assistant_id, assistant?.id);

    await page.getByRole("tab", { name: "Twilio account" }).click();
    await press(page, "Disconnect Main account");
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("Disconnected", { exact: false }).first().waitFor();
  },
);

inbox("a second tenant sees nothing of the first one's settings", async (on) => {
  const [assistant] = await on.stack.sql`select id, name from public.sms_assistants
    where user_id = ${on.stack.userId}`;
  const page = await openSettings(on, { user: await newcomer(on) });
  await said(page, "No assistants yet");
  await page.getByRole("tab", { name: "Numbers" }).click();
  await said(page, "No numbers yet");
  await page.getByRole("tab", { name: "Twilio account" }).click();
  await said(page, "No Twilio account is connected");
  await page.goto(`${on.stack.webUrl}/#/settings/assistants/${assistant?.id}`);
  await said(page, "There is no such assistant");
});

for (const theme of ["light", "dark"] as const) {
  inbox(`the settings fit every screen in ${theme} colours, and axe finds nothing serious`, async (on) => {
    const page = await openSettings(on, { theme });
    const screens = {
      assistants: async () => {
        await page.getByRole("tab", { name: "Assistants" }).click();
        await said(page, "Each number's own");
      },
      numbers: async () => {
        await page.getByRole("tab", { name: "Numbers" }).click();
        await page.getByRole("button", { name: /^Repair/ }).first().waitFor();
      },
      twilio: async () => {
        await page.getByRole("tab", { name: "Twilio account" }).click();
        await said(page, "No Twilio account is connected");
      },
      assistant: async () => {
        await page.getByRole("tab", { name: "Assistants" }).click();
        await page.getByRole("link", { name: /^Edit/ }).first().click();
        await field(page, "Prompt").waitFor();
      },
    };
    for (const [name, show] of Object.entries(screens)) {
      await page.setViewportSize(SIZES.desktop);
      await show();
      for (const size of ["desktop", "phone", "narrow"] as const) {
        await page.setViewportSize(SIZES[size]);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
        await screenshot(page, `settings-${name}-${size}-${theme}`);
      }
      await assertAccessible(page);
    }
  });
}

inbox("on a phone the chosen tab of the settings is seen whole", async (on) => {
  const page = await openSettings(on, { size: "phone" });
  for (const name of ["Events", "Assistants"]) {
    const tab = page.getByRole("tab", { name });
    await tab.click({ position: { x: 15, y: 20 } });
    await page.getByRole("tab", { name, selected: true }).waitFor();
    const box = await tab.boundingBox();
    assert(box && box.x >= 0 && box.x + box.width <= SIZES.phone.width, `${name} ${JSON.stringify(box)}`);
  }
});

inbox("an address for events is added, tried, and its secret shown once", async (on) => {
  await using backend = startReceiver();
  const user = await newcomer(on);
  const page = await openSettings(on, { user });
  await page.getByRole("tab", { name: "Events" }).click();
  await said(page, "Nobody is told yet");
  await press(page, "Add an address");
  await field(page, "Address").fill("http://example.com/hooks");
  await press(page, "Add the address");
  await page.getByRole("alert").getByText("begins with https://").waitFor();
  await field(page, "Address").fill(backend.url);
  await press(page, "Add the address");
  backend.secrets = [await field(page, "Secret").inputValue()];
  assert.match(backend.secrets[0] ?? "", /^whsec_/);
  await assertAccessible(page);
  await press(page, "I have copied it");
  await said(page, backend.url);
  assert(!(await page.content()).includes("whsec_"), "not shown again");
  await press(page, "Send a test");
  await said(page, "1 waiting.");
  await (await on.stack.tick()).body?.cancel();
  await page.getByText("Last calls").click();
  await said(page, "endpoint.test");
  await page.getByText("200", { exact: true }).waitFor();
  assert.deepEqual([backend.forged.length, backend.received.map(({ type }) => type)], [0, ["endpoint.test"]]);
  await on.stack
    .sql`insert into sms_private.events (endpoint_id, event_id, user_id, type, subject_id, ended_at, delivered)
    select id, gen_random_uuid(), user_id, 'message.received', gen_random_uuid(), now(), true
    from sms_private.event_endpoints where user_id = ${user.id}`;
  await press(page, "Repeat the last day");
  await page.getByRole("dialog", { name: "Repeat the last day?" }).waitFor();
  await assertAccessible(page);
  await press(page, "Do not repeat");
  const repeats = () =>
    on.stack.sql`select type from sms_private.events where user_id = ${user.id} and ended_at is null`;
  assert.deepEqual([...await repeats()], [], "nothing is posted again before one says so");
  await press(page, "Repeat the last day");
  await press(page, "Repeat all of them");
  await said(page, "Events of the last day are posted again");
  assert.deepEqual((await repeats()).map(({ type }) => type).sort(), ["endpoint.test", "message.received"]);
  await assertAccessible(page);
  await press(page, "New secret");
  await press(page, "Make a new secret");
  assert.notEqual(await field(page, "Secret").inputValue(), backend.secrets[0]);
  await press(page, "I have copied it");
  await page.getByRole("switch", { name: `Tell ${backend.url}` }).click();
  await said(page, "It is not told any more");
  await press(page, "Send a test");
  await said(page, "Switch it on first.");
  await press(page, `Delete ${backend.url}`);
  await press(page, "Delete address");
  await said(page, "Nobody is told yet");
});

inbox("the list of last calls opens where it is, and a fourth address is said to be too many", async (on) => {
  const user = await newcomer(on);
  const { sql } = on.stack;
  const page = await openSettings(on, { user });
  for (const n of [1, 2, 3]) {
    const url = `https://example.com/hooks/${n}`;
    await sql`insert into sms_private.event_endpoints (user_id, url, secret) values (${user.id}, ${url}, 'whsec_c2VjcmV0')`;
  }
  await page.getByRole("tab", { name: "Events" }).click();
  await said(page, "https://example.com/hooks/3");
  await said(page, "Three addresses are the most.");
  assert.equal(await page.getByRole("button", { name: "Add an address" }).count(), 0);
  const [endpoint] =
    await sql`select id from sms_private.event_endpoints where user_id = ${user.id} order by url limit 1`;
  await sql`insert into sms_private.event_attempts (endpoint_id, event_id, type, status, duration_ms)
    values (${endpoint?.id}, gen_random_uuid(), 'endpoint.test', 200, 12)`;
  for (const size of ["desktop", "phone", "narrow"] as const) {
    await page.setViewportSize(SIZES[size]);
    await page.reload();
    const summary = page.getByText("Last calls");
    // A click would scroll there, and that is not what is measured.
    await summary.scrollIntoViewIfNeeded();
    const before = await summary.boundingBox();
    await summary.click();
    await page.getByText("200", { exact: true }).waitFor();
    const after = await summary.boundingBox();
    assert(before && after);
    assert.deepEqual([after.x, after.y], [before.x, before.y], `on a ${size}`);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
    await assertAccessible(page);
  }
});
