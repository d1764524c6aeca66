import assert from "node:assert/strict";
import { newDraft, problemsOf, rebased } from "../../../web/src/settings/assistants/draft.ts";

Deno.test("rebased() keeps what was touched, and takes what somebody else has saved meanwhile", () => {
  const from = { ...newDraft, name: "Ada", prompt: "Answer.", active: true };
  const draft = { ...from, prompt: "Answer in rhymes." };
  const onto = { ...from, name: "Ada L.", active: false, prompt: "Answer briefly." };
  assert.deepEqual(rebased(draft, { from, onto }), {
    ...onto,
    prompt: "Answer in rhymes.",
  });
  assert.deepEqual(rebased(from, { from, onto }), onto);
});

Deno.test("problemsOf() knows which temperatures there are", () => {
  const wrong = (temperature: string) =>
    "temperature" in problemsOf({ ...newDraft, name: "Ada", prompt: "Answer.", temperature });
  assert.deepEqual(["", " ", "0", "0.4", "2"].map(wrong), [false, false, false, false, false]);
  assert.deepEqual(["hot", "-1", "2.1"].map(wrong), [true, true, true]);
});

Deno.test("problemsOf() takes every time zone that the database takes, by its old and its new name", () => {
  const wrong = (time_zone: string) =>
    "time_zone" in problemsOf({ ...newDraft, name: "Ada", prompt: "Answer.", time_zone });
  const zones = [
    "",
    " Europe/Berlin ",
    "UTC",
    "Asia/Calcutta",
    "Asia/Kolkata",
    "Europe/Kiev",
    "Europe/Kyiv",
    "America/Buenos_Aires",
    "America/Argentina/Buenos_Aires",
    "US/Pacific",
    "Etc/GMT+5",
    "Japan",
    "CET",
    "EST",
  ];
  assert.deepEqual(zones.filter(wrong), []);
  const none = [
    "Mars/Olympus",
    "Berlin",
    "Europe",
    "Europe/",
    "/",
    "+05:30",
    "PST",
    "Etc/Unknown",
    "a/b",
  ];
  assert.deepEqual(none.filter((zone) => !wrong(zone)), []);
});
