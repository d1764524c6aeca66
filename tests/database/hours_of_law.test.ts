/** The windows in SQL against an oracle with its own arithmetic (hours_oracle.ts). */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { Law, type Own, QUARTER, type Recipient, type Whereabouts } from "./hours_oracle.ts";
import { putLawBack } from "./lawful.ts";
import { longTest, some } from "../support/long.ts";
import { testDatabase } from "../support/postgres.ts";

const YEAR: [number, number] = [Date.UTC(2027, 0, 1), Date.UTC(2028, 0, 1)];
/** Weeks with a change of clocks in America, Europe and Australia, and with holidays. */
const WEEKS: [number, number][] = [
  [Date.UTC(2027, 2, 12), Date.UTC(2027, 2, 17)],
  [Date.UTC(2027, 2, 26), Date.UTC(2027, 3, 6)],
  [Date.UTC(2027, 6, 2), Date.UTC(2027, 6, 7)],
  [Date.UTC(2027, 9, 1), Date.UTC(2027, 9, 5)],
  [Date.UTC(2027, 9, 29), Date.UTC(2027, 10, 9)],
  [Date.UTC(2027, 11, 23), Date.UTC(2028, 0, 4)],
];

/** 1 for each quarter of an hour that is open, by SQL. */
async function openInSql(
  sql: Sql,
  { places, zones }: Whereabouts,
  [from, to]: [number, number],
  own: Own | null = null,
): Promise<string> {
  const [row] = await sql`
    select string_agg(case when sms_private.is_open_at(${places}, ${zones},
      row (null, ${own?.opens ?? null}::time, ${own?.closes ?? null}::time, ${
    own?.days ?? null
  }::smallint[], null, null)::sms_private.quiet_hours,
      quarter) then '1' else '0' end, '' order by quarter) as bits
    from generate_series(${new Date(from).toISOString()}::timestamptz, ${
    new Date(to - QUARTER).toISOString()
  }::timestamptz, interval '15 minutes') quarter`;
  return row?.bits;
}

function openByOracle(
  law: Law,
  there: Whereabouts,
  [from, to]: [number, number],
  own: Own | null = null,
): string {
  let bits = "";
  for (let at = from; at < to; at += QUARTER) bits += law.isOpen(there, at, own) ? "1" : "0";
  return bits;
}

function assertSame(sqlSays: string, oracleSays: string, from: number, what: string): void {
  if (sqlSays === oracleSays) return;
  const at = [...sqlSays].findIndex((bit, i) => bit !== oracleSays[i]);
  assert.fail(
    `${what} at ${new Date(from + at * QUARTER).toISOString()}: SQL ${sqlSays[at]}, oracle ${oracleSays[at]}`,
  );
}

/** One recipient of each area code, calling code and ZIP prefix. */
function everybody(law: Law): Recipient[] {
  return [
    ...[...law.prefixes.keys()].map((prefix) => ({
      number: `+${prefix}${"5550100200".slice(0, Math.max(3, 11 - prefix.length))}`,
      zip_code: null,
      time_zone: null,
    })),
    ...[...law.zips.keys()].map((prefix) => ({
      number: "+14155550100",
      zip_code: `${prefix}01`,
      time_zone: null,
    })),
  ];
}

/** What differs in law or clocks. */
function classesOf(law: Law): Map<string, Whereabouts> {
  return new Map(
    everybody(law).map((recipient) => {
      const there = law.whereabouts(recipient, YEAR[0]);
      return [JSON.stringify(there), there];
    }),
  );
}

emptyDbTest("where a contact may be is the same in SQL and by the oracle", async ({ sql }) => {
  await putLawBack(sql);
  const law = await Law.read(sql);
  const recipients = [
    ...some(everybody(law), 60),
    ...["America/New_York", "America/Chicago", "America/Los_Angeles", "Europe/Berlin", "Pacific/Honolulu"]
      .flatMap((
        time_zone,
      ) => [
        { number: "+13055550100", zip_code: null, time_zone },
        { number: "+14155550100", zip_code: "33101", time_zone },
        { number: "+18005550100", zip_code: null, time_zone },
        { number: "+493012345678", zip_code: "10115", time_zone },
      ]),
    { number: "+14155550100", zip_code: "09001", time_zone: null },
  ];
  const moment = Date.UTC(2027, 0, 15, 17);
  const rows = await sql`select w.places, w.zones
    from jsonb_array_elements(${sql.json(recipients as never)}) with ordinality r (who, place)
    cross join lateral sms_private.whereabouts(who ->> 'number', who ->> 'zip_code', who ->> 'time_zone',
      ${new Date(moment).toISOString()}::timestamptz) w
    order by r.place`;
  for (const [i, recipient] of recipients.entries()) {
    const { places, zones } = rows[i] as unknown as Whereabouts;
    const wanted = law.whereabouts(recipient, moment);
    assert.deepEqual(
      { places: places.toSorted(), zones: zones.toSorted() },
      wanted,
      JSON.stringify(recipient),
    );
  }
});

emptyDbTest(
  "in the weeks when clocks change, SQL and the oracle open at the same quarters",
  async ({ sql }) => {
    await putLawBack(sql);
    const law = await Law.read(sql);
    const named: Whereabouts[] = [
      { places: ["US", "US-FL"], zones: ["America/Chicago", "America/New_York"] },
      { places: ["US", "US-TX"], zones: ["America/Chicago"] },
      { places: ["US", "US-RI"], zones: ["America/New_York"] },
      { places: ["US", "US-LA"], zones: ["America/Chicago"] },
      { places: ["FR"], zones: ["Europe/Paris"] },
      { places: ["AU"], zones: ["Australia/Perth", "Australia/Sydney"] },
      { places: ["*"], zones: ["Africa/Cairo"] },
    ];
    for (const there of some(named, 4)) {
      for (const week of some(WEEKS, 3)) {
        assertSame(
          await openInSql(sql, there, week),
          openByOracle(law, there, week),
          week[0],
          JSON.stringify(there),
        );
      }
    }
    const own = { opens: "10:30", closes: "17:00", days: [1, 3, 5] };
    const [there, week] = [named[0] as Whereabouts, WEEKS[0] as [number, number]];
    assertSame(
      await openInSql(sql, there, week, own),
      openByOracle(law, there, week, own),
      week[0],
      "a tenant's own",
    );
  },
);

emptyDbTest("everybody can be texted within ten days, wherever their number is from", async ({ sql }) => {
  await putLawBack(sql);
  const law = await Law.read(sql);
  for (const there of some([...classesOf(law).values()], 12)) {
    const [row] = await sql`select sms_private.next_opening(${there.places}, ${there.zones}, null,
      '2027-12-24 23:00Z') as at`;
    assert(row?.at, JSON.stringify(there));
    assert.equal(law.isOpen(there, row.at.getTime()), true, JSON.stringify(there));
    assert.equal(law.isOpen(there, row.at.getTime() - QUARTER), false, JSON.stringify(there));
  }
});

/** Small, quick and seeded: https://en.wikipedia.org/wiki/Xorshift */
function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/**
 * Pairs of recipient and moment: what SQL lets go, and of every so manieth that waits when it goes, against the oracle.
 * Returns how many waited.
 */
async function comparePairs(
  sql: Sql,
  law: Law,
  { count, seed, every }: { count: number; seed: number; every: number },
): Promise<number> {
  const next = random(seed);
  const people = everybody(law);
  const zones = [
    null,
    null,
    null,
    "America/New_York",
    "America/Denver",
    "Pacific/Honolulu",
    "Europe/London",
    "Asia/Kolkata",
  ];
  // What the oracle has said already, by class and quarter of an hour.
  const said = new Map<string, Int8Array>();
  const isOpen = (there: Whereabouts, quarter: number): boolean => {
    const key = JSON.stringify(there);
    const known = said.get(key) ?? new Int8Array(366 * 96 + 15 * 96);
    said.set(key, known);
    known[quarter] ||= law.isOpen(there, YEAR[0] + quarter * QUARTER) ? 1 : -1;
    return known[quarter] === 1;
  };
  let waited = 0;
  for (let done = 0; done < count; done += 5_000) {
    const pairs = Array.from({ length: Math.min(5_000, count - done) }, () => ({
      ...people[next(people.length)] as Recipient,
      time_zone: zones[next(zones.length)] ?? null,
      at: YEAR[0] + next(365 * 24 * 60) * 60_000,
    }));
    const rows = await sql`
      select o.open, case when not o.open and p.place % ${every} = 0
        then sms_private.next_opening(w.places, w.zones, null, p.moment) end as opens_at
      from (select who, place, to_timestamp((who ->> 'at')::float8 / 1000) as moment
        from jsonb_array_elements(${sql.json(pairs as never)}) with ordinality r (who, place)) p
      cross join lateral sms_private.whereabouts(who ->> 'number', who ->> 'zip_code', who ->> 'time_zone', p.moment) w
      cross join lateral (select sms_private.is_open_at(w.places, w.zones, null, p.moment) as open) o
      order by p.place`;
    for (const [i, pair] of pairs.entries()) {
      const there = law.whereabouts(pair, pair.at);
      const index = Math.floor((pair.at - YEAR[0]) / QUARTER);
      const { open, opens_at } = rows[i] as unknown as { open: boolean; opens_at: Date | null };
      const what = `seed ${seed}: ${JSON.stringify(pair)} ${new Date(pair.at).toISOString()}`;
      assert.equal(open, isOpen(there, index), what);
      if (open) continue;
      waited += 1;
      if ((i + 1) % every !== 0) continue;
      let first = index + 1;
      while (!isOpen(there, first) && first <= index + 10 * 96) first++;
      const wanted = first > index + 10 * 96 ? null : YEAR[0] + first * QUARTER;
      assert.equal(opens_at?.getTime() ?? null, wanted, what);
    }
  }
  return waited;
}

emptyDbTest("300 seeded pairs of recipient and moment: none goes outside a window", async ({ sql }) => {
  await putLawBack(sql);
  const waited = await comparePairs(sql, await Law.read(sql), { count: 300, seed: 1, every: 5 });
  assert(waited > 60 && waited < 270, String(waited));
});

longTest("1,000,000 seeded pairs of recipient and moment: none goes outside a window", async () => {
  await using database = await testDatabase();
  await putLawBack(database.sql);
  const law = await Law.read(database.sql);
  for (let seed = 1; seed <= 10; seed++) {
    await comparePairs(database.sql, law, { count: 100_000, seed, every: 50 });
  }
});

longTest("every quarter of an hour of a year, for each distinct class of rules", async () => {
  await using database = await testDatabase();
  await putLawBack(database.sql);
  const law = await Law.read(database.sql);
  for (const there of classesOf(law).values()) {
    assertSame(
      await openInSql(database.sql, there, YEAR),
      openByOracle(law, there, YEAR),
      YEAR[0],
      JSON.stringify(there),
    );
  }
});
