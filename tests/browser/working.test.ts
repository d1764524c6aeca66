/** Work in the inbox goes on: a text is tried again once, nothing written is lost, and a first text is begun from the list. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { displayNumber } from "../../web/src/lib/phone.ts";
import { phone, sentTo, until } from "../functions/support.ts";
import { assertAccessible } from "./axe.ts";
import { ownTexts, rowOf, silence, text, thread, write } from "./inbox_support.ts";
import { type Inbox, inboxForFile, screenshot, signIn } from "./support.ts";

const inbox = await inboxForFile();
const SEND = /\/functions\/v1\/sms-send$/;
const CORS = { "access-control-allow-origin": "*" };
/** The look-alike's number whose texts end with 30003. */
const SWITCHED_OFF = "+15005530003";

async function openConversation({ open, stack }: Inbox, contact: string): Promise<Page> {
  await silence(stack);
  await text(stack, contact, "Hello");
  const page = await open();
  await rowOf(page, contact).click();
  await thread(page).getByText("Hello").waitFor();
  return page;
}

const national = (number: string) => displayNumber(number).replace("+1 ", "");
const composer = (page: Page) => page.getByRole("textbox", { name: "Message" });

inbox("a text that may arrive the second time is sent again once, and the two are linked", async (on) => {
  const page = await openConversation(on, SWITCHED_OFF);
  await write(page, "Your table is ready");
  const again = ownTexts(page).getByRole("button", { name: "Send again" });
  await again.waitFor();
  await again.click();
  await ownTexts(page).nth(1).getByText("Second try of").waitFor();
  await ownTexts(page).nth(1).getByText("Not delivered").waitFor();
  await ownTexts(page).first().getByText("Sent again at").waitFor();
  assert.equal(await again.count(), 0, "there is no third try");
  await page.reload();
  await ownTexts(page).nth(1).getByText("Second try of").waitFor();
  assert.equal(await again.count(), 0);
  assert.equal(sentTo(on.stack, SWITCHED_OFF).length, 2);
  await assertAccessible(page);
  await screenshot(page, "send-again-desktop-light");
});

inbox("a session that ends keeps the text, and the sign-in sends it once", async (on) => {
  const contact = phone();
  await silence(on.stack);
  await text(on.stack, contact, "Hello");
  const user = on.stack.ready.user;
  // Signed in by hand: the session of the other tests must not end.
  const page = await on.open({ user });
  await rowOf(page, contact).click();
  await thread(page).getByText("Hello").waitFor();
  const keys: (string | null)[] = [];
  await page.route(SEND, async (route) => {
    if (route.request().method() !== "POST") return await route.continue();
    keys.push(await route.request().headerValue("idempotency-key"));
    if (keys.length > 1) return await route.continue();
    await route.fulfill({
      status: 401,
      headers: CORS,
      json: { code: "INVALID_JWT", message: "jwt expired" },
    });
  });
  const refresh = /grant_type=refresh_token/;
  await page.route(refresh, (route) =>
    route.request().method() === "POST"
      ? route.fulfill({
        status: 400,
        headers: CORS,
        json: {
          code: "refresh_token_not_found",
          error_code: "refresh_token_not_found",
          msg: "Invalid Refresh Token",
        },
      })
      : route.continue());
  await write(page, "Before the end");
  await page.getByText("You were signed out.").waitFor();
  await page.getByText("A text that was not sent yet waits in this browser").waitFor();
  assert.equal(await page.getByText(/jwt|INVALID/).count(), 0);
  await assertAccessible(page);
  await screenshot(page, "signed-out-desktop-light");
  await page.unroute(refresh);
  await signIn(page, user);
  await ownTexts(page).getByText("Delivered").waitFor();
  assert.equal(new Set(keys).size, 1);
  assert.deepEqual(sentTo(on.stack, contact), ["Before the end"]);
});

inbox("offline and an outage are said, with what becomes of the text, which leaves by itself", async (on) => {
  const contact = phone();
  const page = await openConversation(on, contact);
  await page.context().setOffline(true);
  await page.getByText("You are offline.").waitFor();
  await write(page, "From the tunnel");
  await page.getByText("Your text waits in this browser, and leaves by itself").waitFor();
  await assertAccessible(page);
  await screenshot(page, "offline-desktop-light");
  await page.context().setOffline(false);
  await ownTexts(page).getByText("Delivered").waitFor();
  await page.getByText("You are offline.").waitFor({ state: "detached" });
  await page.route(SEND, (route) => route.fulfill({ status: 503, headers: CORS, body: "upstream" }));
  await page.route(
    /\/(rest|functions)\/v1\//,
    (route) => route.fulfill({ status: 503, headers: CORS, body: "up" }),
  );
  await write(page, "Through the storm");
  await page.getByText("The server does not answer.").waitFor();
  await page.unrouteAll();
  await page.getByText("The server does not answer.").waitFor({ state: "detached" });
  await ownTexts(page).nth(1).getByText("Delivered").waitFor();
  assert.deepEqual(sentTo(on.stack, contact), ["From the tunnel", "Through the storm"]);
});

inbox(
  "drafts survive a reload and filters stand in the address; signing out clears the drafts",
  async (on) => {
    const [contact, other] = [phone(), phone()];
    await text(on.stack, other, "Somebody else");
    const page = await openConversation(on, contact);
    await composer(page).fill("Half a sent");
    await page.getByRole("searchbox").fill(contact.slice(-7));
    await rowOf(page, other).waitFor({ state: "detached" });
    await page.reload();
    assert.equal(await page.getByRole("searchbox").inputValue(), contact.slice(-7));
    await until("the draft is back", async () => await composer(page).inputValue() === "Half a sent");
    assert.equal(await rowOf(page, other).count(), 0);
    await page.goBack();
    await rowOf(page, other).waitFor();
    assert.equal(await page.getByRole("searchbox").inputValue(), "");
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByRole("combobox", { name: "Time range" }).click();
    await page.getByRole("option", { name: "Last 7 days" }).click();
    await page.waitForURL(/days=7/);
    await page.reload();
    await page.getByRole("combobox", { name: "Time range" }).getByText("Last 7 days").waitFor();
    await page.goto(`${on.stack.webUrl}/?zone=Europe/Berlin#/dashboard`);
    await page.getByRole("button", { name: "Time zone: Europe/Berlin" }).waitFor();
    const drafts = async () =>
      (await page.evaluate("Object.keys(localStorage)") as string[]).filter((name) =>
        name.startsWith("sms.draft.")
      );
    assert.equal((await drafts()).length, 1);
    await page.getByRole("button", { name: /^Sign out/ }).click();
    await page.getByLabel("E-mail").waitFor();
    assert.deepEqual(await drafts(), []);
  },
);

inbox(
  "a first text is written by keyboard, in the country's own spelling, and opens its thread",
  async (on) => {
    await silence(on.stack);
    const contact = phone();
    const page = await on.open();
    await page.getByRole("link", { name: "New text" }).press("Enter");
    await page.getByRole("heading", { name: "New text" }).waitFor();
    await until(
      "the number is asked first",
      async () => await page.evaluate("document.activeElement?.getAttribute('type')") === "tel",
    );
    await page.keyboard.press("Enter");
    await page.getByText("Write the number of whom you text.").waitFor();
    await page.keyboard.type("12");
    await page.getByText("That is not a whole telephone number.").waitFor();
    for (let times = 0; times < 2; times++) {
      await page.keyboard.press("Backspace");
    }
    await page.keyboard.type(national(contact));
    await page.getByText(/^Goes to \+1 415 .*United States/).waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Tab");
    await page.keyboard.type("Ada Lovelace");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Your keys are here.");
    await page.reload();
    assert.equal(await page.getByRole("textbox", { name: "Message" }).inputValue(), "Your keys are here.");
    await screenshot(page, "new-text-desktop-light");
    await page.getByRole("button", { name: "Send", exact: true }).press("Enter");
    await page.getByRole("heading", { name: "Ada Lovelace" }).waitFor();
    await ownTexts(page).getByText("Delivered").waitFor();
    assert.deepEqual(sentTo(on.stack, contact), ["Your keys are here."]);
    await page.getByRole("link", { name: "New text" }).click();
    await page.getByLabel("To", { exact: true }).fill(national(contact));
    await page.getByText("You have a conversation with Ada Lovelace").waitFor();
    await page.getByRole("button", { name: "Open the conversation" }).click();
    await page.getByRole("heading", { name: "Ada Lovelace" }).waitFor();
    assert.equal(sentTo(on.stack, contact).length, 1, "nothing was sent by opening it");
  },
);

inbox(
  "a first text that is refused says why in words, and stays; another tenant's thread is not found",
  async (on) => {
    await silence(on.stack);
    const page = await on.open();
    await page.goto(`${on.stack.webUrl}/#/inbox/new`);
    const compose = async (to: string) => {
      await page.getByLabel("To", { exact: true }).fill(to);
      await page.getByRole("textbox", { name: "Message" }).fill("Bonjour");
      await page.getByRole("button", { name: "Send", exact: true }).click();
    };
    await compose("+33 6 12 34 56 78");
    await page.getByRole("alert").getByText("Your account may not text this country.").waitFor();
    await assertAccessible(page);
    await screenshot(page, "new-text-refused-desktop-light");
    assert.equal(await page.getByRole("textbox", { name: "Message" }).inputValue(), "Bonjour");
    assert.deepEqual(sentTo(on.stack, "+33612345678"), []);
    const contact = phone();
    await text(on.stack, contact, "Hello");
    const stranger = { email: `new-${crypto.randomUUID()}@example.com`, password: "a long password" };
    await on.stack.createUser(stranger.email, stranger.password);
    const theirs = await on.open({ user: stranger });
    await theirs.goto(`${on.stack.webUrl}/#/inbox/new`);
    await theirs.getByText("You have no number to send from yet").waitFor();
  },
);

for (
  const [width, theme] of [[360, "light"], [360, "dark"], [768, "light"], [1280, "dark"], [
    2560,
    "light",
  ]] as const
) {
  inbox(
    `the new text fits ${width} px in ${theme} colours, and axe finds nothing serious`,
    async ({ open, stack }) => {
      const page = await open({ theme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${stack.webUrl}/#/inbox/new`);
      await page.getByLabel("To", { exact: true }).fill("(415) 555-2671");
      await page.getByText(/^Goes to/).waitFor();
      await assertAccessible(page);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
      await screenshot(page, `new-text-${width}-${theme}`);
    },
  );
}
