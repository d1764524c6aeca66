/**
 * Do reads stay quick for a tenant with a million texts? Each read is made in turn for it and for a tenant with a
 * thousand, in one run, through the verbs as a signed-in user and over HTTP: the ratio is what counts, the machine is
 * not. Run with `deno task bench reads`.
 */
import { print } from "../local/print.ts";
import { startStack } from "../local/stack.ts";
import { type Figures, scaled, tell } from "./figures.ts";
import { addSizedTenant, type FilledTenant, inBulk } from "./fill_reads.ts";
import { medians, READS, sideOf, throughHttp, throughVerb } from "./measure/readers.ts";

const ROUNDS = 100;
const LARGE = { conversations: scaled(50_000), texts: 16, long: [20, scaled(10_000)] } as const;
const SMALL = { conversations: 50, texts: 18, long: [1, 118] } as const;
/** Others of whom nobody should notice anything. */
const BESIDE = { count: 10, size: { conversations: scaled(10_000), texts: 0, long: [0, 0] } } as const;

const milliseconds = (value = NaN) => `${value.toFixed(1)} ms`.padStart(9);
const ratio = ([large = NaN, small = NaN]: number[]) => `${(large / small).toFixed(2)} ×`.padStart(8);

await using stack = await startStack({ worker: false, database: "straight" });
const tenants: FilledTenant[] = [];
const started = performance.now();
await inBulk(stack.sql, async (bulk) => {
  for (const size of [LARGE, SMALL]) tenants.push(await addSizedTenant(stack.sql, bulk, size));
  for (let i = 0; i < BESIDE.count; i++) await addSizedTenant(stack.sql, bulk, BESIDE.size);
});
print(
  `${tenants.map(({ messages }) => messages).join(" and ")} texts, filled in ${
    Math.round((performance.now() - started) / 1000)
  } s`,
);
const sides = await Promise.all(tenants.map((tenant) => sideOf(stack, tenant)));
print(`${"".padEnd(30)}${"verb: large, small, ratio".padEnd(32)}HTTP: large, small, ratio`);
const figures: Figures = {};
const ratios: Figures = {};
for (const read of READS) {
  const verb = await medians(sides.map((side) => () => throughVerb(side, read)), { rounds: ROUNDS });
  const http = await medians(sides.map((side) => () => throughHttp(side, read)), { rounds: ROUNDS });
  for (const [way, [large = NaN, small = NaN]] of Object.entries({ verb, HTTP: http })) {
    Object.assign(figures, {
      [`${read.what}, ${way}, large`]: large,
      [`${read.what}, ${way}, small`]: small,
    });
    ratios[`${read.what}, ${way}, large to small`] = large / small;
  }
  const columns = [verb, http].map((both) => `${both.map(milliseconds).join("")}${ratio(both)}`.padEnd(32));
  print(`${read.what.padEnd(30)}${columns.join("")}`.trimEnd());
}
tell(figures, { ratios });
for (const { session } of sides) session.release();
