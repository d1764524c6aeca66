import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  addTenant,
  claimReplies,
  claimReply,
  conversation,
  exchange,
  finish,
  message,
  phone,
  text,
} from "./support.ts";

const REACTIONS = [
  // English, both quote styles, and Google's form with its invisible marks
  "Liked “We open at nine.”",
  'Liked "We open at nine."',
  "Loved “We open at nine.\nOn Sunday at ten.”",
  "Disliked “No”",
  "Laughed at “We open at nine.”",
  "Emphasized “We open at nine.”",
  "Emphasised 'We open at nine.'",
  "Questioned “We open at nine.”",
  "Reacted 😂 to “We open at nine.”",
  "Reacted with a sticker to “We open at nine.”",
  "Removed a heart from “We open at nine.”",
  "Removed 😂 from “We open at nine.”",
  "\u200a\u200b👍\u200b to “\u200aWe open at nine.\u200a”\u200a",
  "Loved an image",
  "Laughed at a movie",
  "Removed a like from an attachment",
  // French, with the spaces of its quotes
  "A aimé « Nous ouvrons à neuf heures. »",
  "A adoré «\u00a0Nous ouvrons\u00a0»",
  "N’a pas aimé « Nous ouvrons »",
  'N\'a pas aimé "Nous ouvrons"',
  "A réagi avec 😂 à « Nous ouvrons »",
  "A ajouté un « J’adore » à « Nous ouvrons ».",
  "a attribué la mention « J’aime » à « Nous ouvrons »",
  "A retiré un cœur de « Nous ouvrons »",
  // Spanish
  "Le gustó “Abrimos a las nueve”",
  "Le encantó “Abrimos a las nueve”",
  'Le dio risa "Abrimos a las nueve"',
  "Exclamó por “Abrimos a las nueve”",
  "Reaccionó con 🫡 a “Abrimos a las nueve”",
  "Le encantó una imagen",
  // German, Italian, Russian, Polish, Czech, Hungarian, Japanese, Korean
  "Gefällt „Wir öffnen um neun“",
  "„Wir öffnen um neun“ ein Herz hinzugefügt",
  "Entfernte 👍 aus „Wir öffnen um neun”",
  "Ha aggiunto un cuoricino a “Apriamo alle nove”",
  "Понравилось «Мы открываемся в девять»",
  "Не понравилось «Мы открываемся в девять»",
  "Polubił “Otwieramy o dziewiątej”",
  "Líbilo se „Otevíráme v devět“",
  "kedveli: „Kilenckor nyitunk”",
  "“\u200a九時に開きます\u200a”に\u200a👀\u200aでリアクションしました",
  "‘아홉 시에 열어요’에서 👀 표시 제거함",
];

const TEXTS = [
  "Liked it",
  "Loved the photo",
  "I loved “Hamlet” last night",
  "Liked “Hamlet” a lot, see you at nine",
  "He said “no” again",
  "“We open at nine.”",
  "Le gustó mucho a mi madre",
  "A aimé ça",
  "J’ai adoré « le film »",
  "What do you mean by “We open at nine.”?",
  "👍",
  "to “me”",
  "",
  "Removed it",
];

emptyDbTest("a reaction is told from a text, in each language and quote style", async ({ sql }) => {
  const wrong: string[] = [];
  for (const [bodies, wanted] of [[REACTIONS, true], [TEXTS, false]] as const) {
    for (const body of bodies) {
      const [row] = await sql`select sms_private.is_reaction(${body}) as found`;
      if (row?.found !== wanted) wrong.push(`${body}: ${row?.found}`);
    }
  }
  assert.deepEqual(wrong, []);
});

dbTest("a reaction is stored and shown as one, and gets no answer", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const from = phone();
  const { conversation_id } = await message(sql, await exchange(sql, tenant, from));
  const before = await conversation(sql, conversation_id);
  const thumb = await text(sql, tenant, from, "Liked “We open at nine.”");
  const words = await text(sql, other, from, "Liked it, thanks");
  assert.deepEqual([thumb.outcome, thumb.reply_due_in_ms], ["stored", null]);
  assert.equal(words.reply_due_in_ms, 0, "another tenant's contact wrote words, and is answered");
  const row = await message(sql, thumb.message_id);
  assert.deepEqual([row.kind, row.conversation_id, row.body], [
    "reaction",
    conversation_id,
    "Liked “We open at nine.”",
  ]);
  assert.deepEqual((await claimReplies(sql)).map((job) => job.user_id), [other.userId]);
  const after = await conversation(sql, conversation_id);
  assert.equal(after.ai_paused_reason, before.ai_paused_reason);
  assert.equal(Number(after.last_seq), Number(before.last_seq) + 1);
});

dbTest("a text before and after a reaction is answered", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "Open?");
  await text(sql, tenant, from, "Loved “Open?”");
  const job = await claimReply(sql);
  assert.equal((await finish(sql, job)).outcome, "stored");
  await text(sql, tenant, from, "And on Sunday?");
  assert.equal((await claimReply(sql)).history.at(-1)?.body, "And on Sunday?");
});

dbTest("a reaction opens and reopens no conversation", async ({ sql, tenant }) => {
  const from = phone();
  const { conversation_id } = await message(sql, await exchange(sql, tenant, from));
  await sql`update public.sms_conversations set status = 'ended', ended_at = now(), end_reason = 'person'
    where id = ${conversation_id}`;
  assert.equal((await text(sql, tenant, from, "Loved an image")).conversation_id, conversation_id);
  assert.equal((await conversation(sql, conversation_id)).status, "ended");
});

dbTest("words that quote nothing of ours are a text, and are answered", async ({ sql, tenant }) => {
  const [from, other] = [phone(), await addTenant(sql)];
  await exchange(sql, other, from);
  const words = 'Loved "Dune". Can I book a table under the name "Bond"';
  for (const body of [words, "Loved an image", "Liked “We open at nine.”"]) {
    const stored = await text(sql, tenant, phone(), body);
    assert.equal(stored.reply_due_in_ms, 0, body);
  }
  assert.equal(
    (await text(sql, tenant, from, "Loved an image")).reply_due_in_ms,
    0,
    "another tenant's conversation",
  );
});

dbTest("a picture with words like a reaction's is an ordinary text", async ({ sql, tenant }) => {
  const media = [{ url: "https://api.twilio.com/media", content_type: "image/jpeg" }];
  assert.equal((await text(sql, tenant, phone(), "Loved “this”", { media })).reply_due_in_ms, 0);
});
