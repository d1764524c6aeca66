import { strict as assert } from "node:assert";
import { inboxForFile, screenshot } from "./support.ts";

const inbox = await inboxForFile();

inbox("the demo user signs in with one click on the local stack, and out again", async ({ open }) => {
  const page = await open({ user: null });
  const demo = page.getByRole("button", { name: "Sign in as the demo user" });
  await demo.waitFor();
  await screenshot(page, "sign-in-desktop-light");
  await demo.click();
  await page.getByRole("link", { name: "Inbox" }).waitFor();
  await page.getByRole("button", { name: /^Sign out/ }).click();
  await page.getByRole("heading", { name: "Sign in to your inbox" }).waitFor();
});

inbox("a wrong password is told apart from a server that is away", async ({ open, stack }) => {
  const page = await open({ user: null, size: "phone", theme: "dark" });
  await page.getByLabel("E-mail").fill(stack.ready.user.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("is wrong").waitFor();
  await screenshot(page, "sign-in-phone-dark");
  await page.route(`${stack.ready.apiUrl}/**`, (route) => route.abort());
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("cannot be reached").waitFor();
});

inbox("whoever is signed in stays so over a reload", async ({ open }) => {
  const page = await open();
  await page.reload();
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  assert.match(page.url(), /#\/inbox$/);
});
