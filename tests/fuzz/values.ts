/** Values that a field may get: those of the tenants, mixed, and those that no field should have. */
import * as fc from "fast-check";

/** What there is, by what it is: of the caller, of another tenant, of nobody. */
export interface Pools {
  readonly users: string[];
  readonly conversations: string[];
  readonly messages: string[];
  readonly contacts: string[];
  readonly assistants: string[];
  readonly templates: string[];
  readonly broadcasts: string[];
  readonly numberIds: string[];
  /** E.164: of numbers of ours and of contacts. */
  readonly numbers: string[];
  readonly phones: string[];
  readonly accounts: string[];
  readonly sids: string[];
  readonly endpoints: string[];
  readonly cursors: string[];
  /** Words of a message, which no log may have. */
  readonly words: string;
}

const TIMES = [
  "2026-11-30T09:00:00Z",
  "2026-11-29T22:00:00.5+01:00",
  "2026-12-24T12:00:00Z",
  "2026-11-30",
  "2026-11-01",
  "2026-10-25",
  "1970-01-01T00:00:00+14:00",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999-23:59",
  "infinity",
  "-infinity",
  "now",
  "294277-01-01T00:00:00Z",
  "2026-02-30T25:61:00Z",
];

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "Antarctica/Troll",
  "+05:30",
  "EST5EDT",
  "posixrules",
  "../etc",
  "<+99>-99",
];

/** Texts that no field asks for. They are harmless to whoever reads them. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "\u202e\u2066\u200b",
    "null",
    "undefined",
    "__proto__",
    "constructor",
    "' or 1=1 --",
    '"; select 1; --',
    "%00%ff%zz",
    "../../..",
    "{{name}}",
    "{{ a }}{{b}}{{",
    "<script>1</script>",
    "NaN",
    "Infinity",
    "-1",
    "1e999",
    "99999999999999999999999",
    "٠١٢٣٤٥٦٧٨٩",
    "e\u0301\u0302".repeat(40),
    "👨‍👩‍👧‍👦".repeat(20),
    "“Liked “",
    "STOP",
    "START",
    "help ",
    "{}",
    "[]",
    "\\",
    "%",
    "_",
    "\\u0000",
  ),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  // Long, of one sign, of two, and such that nothing packs it.
  fc.tuple(
    fc.constantFrom("x", " ", "1", "-", "+1", "“", "é", "\n", "a.", "%25", "{{a}}", "🙂"),
    fc.integer({ min: 50, max: 4_000 }),
  )
    .map(([piece, times]) => piece.repeat(times)),
  fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer()).map(([times, seed]) =>
    Array.from({ length: times }, (_, at) => ((seed ^ (at * 2654435761)) >>> 0).toString(16).padStart(8, "0"))
      .join("")
  ),
);

export const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
    1e308,
    [],
    {},
    [null],
    [[[]]],
    { a: { b: [] } },
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(oddText, { maxLength: 12 }),
  fc.constantFrom(50, 300).map((depth) => JSON.parse("[".repeat(depth) + "]".repeat(depth))),
);

const UUIDS = [
  "00000000-0000-0000-0000-000000000000",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF",
  "not-an-id",
];

/** What a field of this name should hold, so that a request gets past the first look. */
export function valueFor(name: string, pools: Pools): fc.Arbitrary<unknown> | null {
  const from = (values: readonly string[]) => fc.constantFrom(...(values.length > 0 ? values : UUIDS));
  switch (kindOf(name)) {
    case "user":
      return from([...pools.users, ...UUIDS]);
    case "conversation":
      return from([...pools.conversations, ...UUIDS]);
    case "message":
      return from([...pools.messages, ...UUIDS]);
    case "contact":
      return from([...pools.contacts, ...UUIDS]);
    case "assistant":
      return from([...pools.assistants, ...UUIDS]);
    case "template":
      return from([...pools.templates, ...UUIDS]);
    case "broadcast":
      return from([...pools.broadcasts, ...UUIDS]);
    case "number_id":
      return from([...pools.numberIds, ...UUIDS]);
    case "endpoint":
      return from([...pools.endpoints, ...UUIDS]);
    case "numbers":
      return fc.array(from([...pools.phones, ...pools.numbers, "+14155550101", "x"]), { maxLength: 5 });
    case "number":
      return from([...pools.numbers, ...pools.phones, "+14155550101", "004915112345678", "rcs:brand", "+1"]);
    case "account":
      return from(pools.accounts);
    case "sid":
      return from(pools.sids);
    case "cursor":
      return from(pools.cursors);
    case "time":
      return from(TIMES);
    case "body":
      return mixed(fc.constantFrom(`Hello ${pools.words}`, "Hi", pools.words), oddText, 4);
    case "zone":
      return from(ZONES);
    case "key":
      return fc.constantFrom("once", "twice", "order-1");
    case "types":
      return fc.subarray(["message.received", "message.created", "contact.opted_out", "endpoint.test"]);
    case "url":
      return fc.constantFrom(
        "https://hooks.invalid/a",
        "https://127.0.0.1/",
        "http://[::1]:1/",
        "https://hooks.invalid:0/?%00",
      );
    case "media_urls":
      return fc.array(fc.constantFrom("https://media.invalid/a.png", "http://x", "javascript:1"), {
        maxLength: 12,
      });
    case "bucket":
      return fc.constantFrom("hour", "day");
    case "limit":
      return fc.constantFrom<unknown>(1, 50, 100, "7", 0, -1, 101, 2_147_483_647, 2_147_483_648);
    case "variables":
      return fc.dictionary(
        fc.constantFrom("name", "day", "__proto__", ""),
        fc.oneof(fc.string(), fc.integer()),
        { maxKeys: 4 },
      );
    default:
      return null;
  }
}

function kindOf(name: string): string | null {
  const names: [RegExp, string][] = [
    [/^(user|owner)_?id$/i, "user"],
    [/conversation_?id$/i, "conversation"],
    [/(message|subject|event)_id$/i, "message"],
    [/^contact_id$/, "contact"],
    [/assistant_id$/, "assistant"],
    [/template_id$/, "template"],
    [/broadcast_id$/, "broadcast"],
    [/(phone_number_id|number_id)$/, "number_id"],
    [/endpoint_id$/, "endpoint"],
    [/^to_numbers$/, "numbers"],
    [/^(to|from|number|to_number|from_number|contact_number)$/, "number"],
    [/^account_?sid$/i, "account"],
    [/message_sid$|MessageSid$|SmsSid$/, "sid"],
    [/cursor|^(before|after)$/, "cursor"],
    [/(_at|_after|since|^from_time|^to_time|Date|_until|range_start|range_end)$/, "time"],
    [/^(body|prompt|search|evidence|reason)$/, "body"],
    [/zone/, "zone"],
    [/idempotency|_key$/, "key"],
    [/^types$/, "types"],
    [/url$/, "url"],
    [/^media_urls$/, "media_urls"],
    [/^bucket$/, "bucket"],
    [/limit|size|per_minute|^attachment$/, "limit"],
    [/^variables$/, "variables"],
  ];
  return names.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Mostly what fits, sometimes what does not. */
export function mixed<T>(fitting: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, weight = 7): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fitting, weight }, { arbitrary: odd, weight: 1 });
}
