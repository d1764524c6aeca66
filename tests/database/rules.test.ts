import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { SegmentedMessage } from "sms-segments-calculator";
import { testDatabase } from "../support/postgres.ts";
import { addUser } from "./support.ts";

const GSM = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
  "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\n\r";
const EXTENDED = "^{}\\[~]|€\f";
const UCS2 = "…“”‘’–—çáíóúабвґ漢字かな한글עברית★✓`ąęłżź";
async function assertSameSegments(texts: string[], what: string): Promise<void> {
  await using database = await testDatabase();
  const rows = await database.sql`select i, sms_private.count_segments(body) as segments
    from unnest(${texts}::text[]) with ordinality as t (body, i) order by i`;
  const wrong = texts.map((body, i) => ({
    body,
    ours: rows[i]?.segments as number,
    theirs: new SegmentedMessage(body).segmentsCount,
  })).filter(({ ours, theirs }) => ours !== theirs);
  assert.deepEqual(wrong.slice(0, 3), [], `${what}: ${wrong.length} of ${texts.length} differ`);
}

Deno.test("count_segments() agrees with Twilio's calculator at every boundary", async () => {
  const texts: string[] = [];
  const lengths = [1, 70, 71, 134, 135, 160, 161, 201, 202, 306, 307, 459, 460, 1530, 1531];
  for (const length of lengths) {
    texts.push("a".repeat(length), "é".repeat(length), "ü\n".repeat(length).slice(0, length));
    texts.push("漢".repeat(length), `${"a".repeat(length - 1)}…`, `\`${"a".repeat(length - 1)}`);
  }
  for (const character of [...GSM, ...EXTENDED, ...UCS2, "ê", "Á", "\t", "\u00a0", "ς", "\u001b"]) {
    texts.push(character, character.repeat(80), character + "a".repeat(159), character + "a".repeat(160));
  }
  await assertSameSegments(texts, "boundaries");
});

Deno.test("count_segments() agrees where a character does not fit any more", async () => {
  const texts: string[] = [];
  for (let before = 60; before <= 160; before++) {
    texts.push(`${"a".repeat(before)}€${"a".repeat(152)}`, `${"a".repeat(before)}😀${"a".repeat(66)}`);
  }
  for (const times of [35, 36, 67, 80, 81, 153]) texts.push("€".repeat(times), "😀".repeat(times));
  await assertSameSegments(texts, "straddling");
});

const OUT = ["STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"];
const KEYWORDS: [string, string | null][] = [
  ...OUT.map((word): [string, string] => [word, "out"]),
  ...["START", "UNSTOP"].map((word): [string, string] => [word, "in"]),
  ...["HELP", "INFO"].map((word): [string, string] => [word, "help"]),
  ["OPT OUT", "out"],
  ["opt-out", "out"],
  ["Stop all", "out"],
  ["stop.", "out"],
  [" Stop!!! ", "out"],
  ["\n\tstop\r\n", "out"],
  ["S.T.O.P.", "out"],
  ["“STOP”", "out"],
  ["'stop'", "out"],
  ["¡Stop!", "out"],
  ["*STOP*", "out"],
  ["STOP🛑", "out"],
  ["🛑 stop ✋🏽", "out"],
  ["❤️ start", null],
  ["STOP 👩‍👩‍👧‍👦", "out"],
  ["ＳＴＯＰ", "out"],
  ["ｓｔａｒｔ", null],
  [" start\n", "in"],
  ["START!", null],
  ["Help!", null],
  ["Info?", null],
  ["“START”", null],
  ["STOP！", "out"],
  ["𝐒𝐓𝐎𝐏", "out"],
  ["\u200bSTOP\u200b", "out"],
  ["S\u200dT\u200cO\u2060P", "out"],
  ["\ufeffSTOP", "out"],
  ["ST\u00adOP", "out"],
  ["STOP\u00a0", "out"],
  ["STOP\ufe0e", "out"],
  ["\u202aSTOP\u202c", "out"],
  ["\u061cSTOP", "out"],
  ["STOP\u034f", "out"],
  ["\u180eSTOP", "out"],
  ["STOP\u3164", "out"],
  [`STOP${" ".repeat(1500)}`, "out"],
  [`${"!".repeat(300)}STOP`, "out"],
  [`STOP${" ".repeat(250)}by for a coffee?`, null],
  [`STOP${"!".repeat(250)} hitting me, he said`, null],
  ["weekend", null],
  ["endless", null],
  ["stop it please", null],
  ["please stop", null],
  ["nonstop", null],
  ["stopp", null],
  ["STOP STOP", null],
  ["STOP 2", null],
  ["the end", null],
  ["helpful", null],
  ["information", null],
  ["restart", null],
  ["start now", null],
  ["cancellation", null],
  ["can cel", "out"],
  ["", null],
  ["   ", null],
  ["👍", null],
  ["...", null],
  ["СТОП", null],
  ["YES", null],
  ["NO", null],
];

emptyDbTest("keyword_of() knows a keyword that is the whole text, and nothing else", async ({ sql }, t) => {
  for (const [body, expected] of KEYWORDS) {
    const name = JSON.stringify(body.length > 60 ? `${body.slice(0, 30)}…${body.slice(-20)}` : body);
    for (const variant of new Set([body, body.toLowerCase()])) {
      await t.step(`${name}${variant === body ? "" : " in lower case"}`, async () => {
        const [row] = await sql`select sms_private.keyword_of(${variant}, null, false) as keyword`;
        assert.equal(row?.keyword, expected);
      });
    }
  }
});

emptyDbTest("keyword_of() takes YES as opting in only from an opted-out contact", async ({ sql }) => {
  const rows = await sql`select word, sms_private.keyword_of(word, null, false) as free,
    sms_private.keyword_of(word, null, true) as opted_out from unnest(array['YES', 'yes!', 'Yes please', 'y']) word`;
  assert.deepEqual(rows.map((row) => ({ ...row })), [
    { word: "YES", free: null, opted_out: "in" },
    { word: "yes!", free: null, opted_out: null },
    { word: "Yes please", free: null, opted_out: null },
    { word: "y", free: null, opted_out: null },
  ]);
});

emptyDbTest("keyword_of() prefers Twilio's OptOutType, and ignores unknown ones", async ({ sql }) => {
  const cases: [string, string | null, string | null][] = [
    ["basta", "STOP", "out"],
    ["HELP", "STOP", "out"],
    ["STOP", "START", "in"],
    ["STOP", "HELP", "help"],
    ["", "STOP", "out"],
    ["STOP", "SOMETHING_NEW", "out"],
    ["hello", "SOMETHING_NEW", null],
    ["STOP", "", "out"],
  ];
  for (const [body, type, expected] of cases) {
    const [row] = await sql`select sms_private.keyword_of(${body}, ${type}, false) as keyword`;
    assert.equal(row?.keyword, expected, `${body} as ${type}`);
  }
});

emptyDbTest("status_rank() orders the states; an inferred failure can be corrected", async ({ sql }) => {
  const ladder = [
    "scheduled",
    "pending",
    "unconfirmed",
    "accepted",
    "queued",
    "sending",
    "sent",
    "partially_delivered",
    "canceled",
    "failed",
    "undelivered",
    "delivered",
    "read",
  ];
  const rank = async (status: string, code: string | null = null) => {
    const [row] = await sql`select sms_private.status_rank(${status}, ${code}) as rank`;
    return row?.rank;
  };
  const id = crypto.randomUUID();
  for (const [i, status] of ladder.entries()) assert.equal(await rank(status), i, status);
  assert.equal(await rank("failed", "OUTCOME_UNKNOWN"), 2);
  assert.equal(await rank("failed", "30003"), 9);
  assert.equal(await rank("undelivered", "OUTCOME_UNKNOWN"), 10, "only our own failed is inferred");
  assert.equal(await rank("received"), null);
  assert.equal(await rank("some_new_status"), null);
  const check = (direction: string, status: string) =>
    sql`select sms_private.check_message(${direction}, 'text', ${
      direction === "inbound" ? "contact" : "person"
    }, ${status}, ${id}, ${id}, 1, 'SM', '+15005550006', 'Hello', '[]', 1, null,
      'transactional', null, null)`;
  for (const status of ladder) await check("outbound", status);
  await check("inbound", "received");
  for (const status of ["received", "some_new_status"]) {
    await assert.rejects(check("outbound", status), { code: "23514" }, `${status} has no rank`);
  }
  await assert.rejects(check("inbound", "sent"), { constraint_name: "inbound_is_received" });
});

emptyDbTest("country_of() agrees with libphonenumber", async ({ sql }) => {
  const numbers = [
    "+14155550100", // US
    "+12125550100",
    "+18085550100", // Hawaii
    "+14165550123", // Canada
    "+16045550123",
    "+18675550123",
    "+18765550123", // Jamaica
    "+16585550123",
    "+18095550123", // Dominican Republic
    "+18295550123",
    "+18495550123",
    "+17875550123", // Puerto Rico
    "+12425550123", // Bahamas
    "+12645550123", // Anguilla
    "+447400123456",
    "+4915112345678",
    "+33612345678",
    "+393123456789",
    "+34612345678",
    "+31612345678",
    "+353851234567",
    "+43664123456",
    "+41781234567",
    "+48512345678",
    "+420601123456",
    "+79161234567", // Russia
    "+77011234567", // Kazakhstan
    "+77710009998",
    "+380501234567",
    "+61412345678",
    "+64211234567",
    "+819012345678",
    "+821012345678",
    "+8613123456789",
    "+85251234567",
    "+886912345678",
    "+919876543210",
    "+971501234567",
    "+972501234567",
    "+27711234567",
    "+2348021234567",
    "+254712123456",
    "+201001234567",
    "+5511961234567",
    "+525512345678",
    "+541123456789",
    "+37061234567",
    "+37212345678",
    "+99890123456",
    "+996700123456",
  ];
  for (const number of numbers) {
    const parsed = parsePhoneNumberFromString(number);
    const theirs = parsed?.country ?? parsed?.getPossibleCountries()[0];
    assert(theirs, `libphonenumber knows ${number}`);
    const [row] = await sql`select sms_private.country_of(${number}) as country`;
    assert.equal(row?.country, theirs, number);
  }
});

emptyDbTest("country_of() counts toll-free as the United States, and knows none", async ({ sql }) => {
  const cases: [string, string | null][] = [
    ["+18005550199", "US"],
    ["+18335550199", "US"],
    ["+18885550199", "US"],
    ["+80012345678", "XX"],
    ["+870773123456", "XX"],
    ["+88212345678", "XX"],
    ["+210123456789", null],
    ["+999123456789", null],
    ["", null],
    ["+", null],
  ];
  for (const [number, country] of cases) {
    const [row] = await sql`select sms_private.country_of(${number}) as country`;
    assert.equal(row?.country, country, number);
  }
  const [none] = await sql`select sms_private.country_of(null) as country`;
  assert.equal(none?.country, null);
});

emptyDbTest("a US number may text its territories and be texted from there", async ({ sql }) => {
  const [nothing, list] = [await addUser(sql), await addUser(sql)];
  await sql`insert into public.sms_limits (user_id, allowed_countries) values (${list}, '{US}')`;
  const us = "+14155550100";
  const territories = {
    PR: "+17875550100",
    VI: "+13405550100",
    GU: "+16715550100",
    AS: "+16845550100",
    MP: "+16705550100",
  };
  const mayText = async (tenant: string, from: string, to: string) =>
    (await sql`select sms_private.may_text(${tenant}, ${from}, ${to}) as allowed`)[0]?.allowed;
  for (const [country, number] of Object.entries(territories)) {
    const [row] = await sql`select sms_private.country_of(${number}) as country`;
    assert.equal(row?.country, country);
    assert.equal(await mayText(nothing, us, number), true, country);
    assert.equal(await mayText(nothing, number, us), true, country);
    assert.equal(await mayText(nothing, number, territories.GU), true, country);
    assert.equal(await mayText(nothing, "+14165550100", number), false, "not from Canada");
    assert.equal(await mayText(list, "+14165550100", number), true, "who may text the US");
  }
  for (const to of ["+18765550100", "+12425550100", "+14165550100", "+447400123456"]) {
    assert.equal(await mayText(nothing, us, to), false, to);
    assert.equal(await mayText(nothing, territories.PR, to), false, to);
  }
});

emptyDbTest("Man, Jersey, Guernsey and personal numbers are not Britain", async ({ sql }) => {
  const [nothing, list] = [await addUser(sql), await addUser(sql)];
  await sql`insert into public.sms_limits (user_id, allowed_countries) values (${list}, '{GG,JE,IM}')`;
  const britain = "+447400123456";
  const others = {
    IM: ["+447624301234", "+447524301234", "+447457601234", "+441624710123"],
    JE: ["+447797712345", "+447700312345", "+447937712345", "+441534712345"],
    GG: ["+447781123456", "+447839123456", "+447911123456", "+441481712345"],
    XX: ["+447012345678", "+447099999999"],
    GB: [
      "+447700900123",
      "+447911223344",
      "+442079460018",
      "+447620123456",
    ],
  };
  for (const [country, numbers] of Object.entries(others)) {
    for (const number of numbers) {
      const [row] = await sql`select sms_private.country_of(${number}) as country,
        sms_private.may_text(${nothing}, ${britain}, ${number}) as default,
        sms_private.may_text(${list}, ${britain}, ${number}) as listed`;
      const home = country === "GB";
      assert.deepEqual({ ...row }, { country, default: home, listed: home || country !== "XX" }, number);
    }
  }
});

emptyDbTest(
  "place_of() knows state and time zones by area code, and says where several fit",
  async ({ sql }) => {
    const cases: [string, string, string | null, string[]][] = [
      ["+14155550100", "US", "CA", ["America/Los_Angeles"]],
      ["+12125550100", "US", "NY", ["America/New_York"]],
      ["+12195550100", "US", "IN", ["America/Chicago", "America/New_York"]],
      ["+14235550100", "US", "TN", ["America/New_York", "America/Chicago"]],
      ["+17875550100", "PR", null, ["America/Puerto_Rico"]],
      ["+14165550100", "CA", "ON", ["America/Toronto"]],
      ["+19025550100", "CA", null, ["America/Halifax"]],
      ["+18005550100", "US", null, []],
      ["+4915112345678", "DE", null, ["Europe/Berlin"]],
      ["+447400123456", "GB", null, ["Europe/London"]],
      ["+447781123456", "GG", null, ["Europe/Guernsey"]],
      ["+870773123456", "XX", null, []],
    ];
    for (const [number, country, state, zones] of cases) {
      const [row] =
        await sql`select (p).country, (p).state, (p).zones from sms_private.place_of(${number}) p`;
      assert.deepEqual({ ...row }, { country, state, zones }, number);
    }
    const unknown = await sql`select prefix, zone from sms_private.country_prefixes, unnest(zones) zone
    where not exists (select from pg_timezone_names n where n.name = zone)`;
    assert.deepEqual([...unknown], [], "Postgres knows each zone");
  },
);

emptyDbTest("may_text() allows the number's country, the limits', or any", async ({ sql }) => {
  const [nothing, list, any] = [await addUser(sql), await addUser(sql), await addUser(sql)];
  await sql`insert into public.sms_limits (user_id, allowed_countries) values (${list}, '{DE,JM}'), (${any}, null)`;
  const [us, ca, jm, de, unknown] = [
    "+14155550100",
    "+14165550100",
    "+18765550100",
    "+4915112345678",
    "+210123456",
  ];
  const cases: [string, string | undefined, string | undefined, boolean][] = [
    [nothing, us, us, true],
    [nothing, us, ca, false],
    [nothing, us, jm, false],
    [nothing, us, de, false],
    [nothing, de, de, true],
    [nothing, us, unknown, false],
    [nothing, unknown, unknown, false],
    [list, us, us, true],
    [list, us, de, true],
    [list, us, jm, true],
    [list, us, ca, false],
    [any, us, ca, true],
    [any, us, jm, true],
    [any, us, unknown, true],
  ];
  for (const [tenant, from, to, allowed] of cases) {
    const [row] = await sql`select sms_private.may_text(${tenant}, ${from ?? ""}, ${to ?? ""}) as allowed`;
    assert.equal(row?.allowed, allowed, `${from} to ${to}`);
  }
});

emptyDbTest("limits_of() gives defaults; null means no limit", async ({ sql }) => {
  const [none, row, unlimited] = [await addUser(sql), await addUser(sql), await addUser(sql)];
  await sql`insert into public.sms_limits (user_id) values (${row})`;
  await sql`insert into public.sms_limits (user_id, sends_per_minute, conversation_replies_per_hour,
    conversation_replies_per_day, tenant_replies_per_day, allowed_countries, broadcast_recipients_per_day,
    conversation_unsent_calls_per_hour, tenant_unsent_calls_per_day, assistants, contacts, templates, texts_per_minute,
    shared_segments_per_day, default_numbers, promotional_per_contact_per_day, promotional_per_contact_per_week)
    values (${unlimited}, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)`;
  const limits = async (tenant: string) => {
    const [found] = await sql`select (sms_private.limits_of(${tenant})).*`;
    assert.equal(found?.user_id, tenant);
    const { user_id: _user, updated_at: _at, ...rest } = found;
    return rest;
  };
  const defaults = {
    sends_per_minute: 60,
    conversation_replies_per_hour: 20,
    conversation_replies_per_day: 100,
    tenant_replies_per_day: 1000,
    allowed_countries: [],
    broadcast_recipients_per_day: 10_000,
    conversation_unsent_calls_per_hour: 40,
    tenant_unsent_calls_per_day: 2_000,
    assistants: 50,
    contacts: 50_000,
    templates: 200,
    texts_per_minute: 600,
    shared_segments_per_day: 10_000,
    default_numbers: 1,
    promotional_per_contact_per_day: 3,
    promotional_per_contact_per_week: 7,
  };
  assert.deepEqual(await limits(none), defaults);
  assert.deepEqual(await limits(row), defaults);
  const nulls = Object.fromEntries(Object.keys(defaults).map((name) => [name, null]));
  assert.deepEqual(await limits(unlimited), nulls);
});

emptyDbTest("new_id() is a UUID of version 7 that sorts by time", async ({ sql }) => {
  const started = Date.now();
  const ids: string[] = [];
  for (let i = 0; i < 20; i++) {
    const [row] = await sql`select sms_private.new_id() as id, pg_sleep(0.002)`;
    ids.push(row?.id);
  }
  const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert(ids.every((id) => version7.test(id)), ids.join());
  const [sorted] = await sql`select array_agg(id order by id) as ids from unnest(${ids}::uuid[]) id`;
  assert.deepEqual(sorted?.ids, ids);
  const times = ids.map((id) => parseInt(id.replaceAll("-", "").slice(0, 12), 16));
  for (const time of times) assert(time >= started - 1000 && time <= Date.now() + 1000, `${time}`);
  const [many] =
    await sql`select count(distinct sms_private.new_id())::int as distinct from generate_series(1, 10000)`;
  assert.equal(many?.distinct, 10_000);
});
