/** Bodies and queries out of the schemas that the functions parse with. */
import * as fc from "fast-check";
import { z } from "zod";
import { mixed, oddJson, oddText, type Pools, valueFor } from "./values.ts";

const escaped = (text: string): string => encodeURIComponent(text.slice(0, 2_000).toWellFormed());
const oddQuery = oddText.map((text) => `?${escaped(text).slice(0, 2_000)}`);

/** What a schema takes, and now and then what it does not. */
export function fromSchema(schema: z.core.$ZodType, pools: Pools, name = ""): fc.Arbitrary<unknown> {
  return mixed(fitting(schema, pools, name), oddJson, name === "" ? 40 : 25);
}

function fitting(schema: z.core.$ZodType, pools: Pools, name: string): fc.Arbitrary<unknown> {
  const byName = valueFor(name, pools);
  if (schema instanceof z.core.$ZodObject) return object(schema, pools);
  if (
    schema instanceof z.core.$ZodOptional || schema instanceof z.core.$ZodNullable ||
    schema instanceof z.core.$ZodDefault || schema instanceof z.core.$ZodCatch
  ) return fitting(schema._zod.def.innerType, pools, name);
  if (schema instanceof z.core.$ZodPipe) return fitting(schema._zod.def.in, pools, name);
  if (schema instanceof z.core.$ZodUnion) {
    return fc.oneof(...schema._zod.def.options.map((option) => fitting(option, pools, name)));
  }
  if (schema instanceof z.core.$ZodArray) {
    return fc.array(fromSchema(schema._zod.def.element, pools, name), { maxLength: 6 });
  }
  if (schema instanceof z.core.$ZodRecord) {
    return fc.dictionary(fc.string({ maxLength: 8 }), fromSchema(schema._zod.def.valueType, pools, "value"), {
      maxKeys: 4,
    });
  }
  if (schema instanceof z.core.$ZodEnum) return fc.constantFrom(...Object.values(schema._zod.def.entries));
  if (schema instanceof z.core.$ZodLiteral) return fc.constantFrom<unknown>(...schema._zod.def.values);
  if (schema instanceof z.core.$ZodBoolean) return fc.boolean();
  if (schema instanceof z.core.$ZodStringFormat && /^date/.test(schema._zod.def.format)) {
    return valueFor("send_at", pools) ?? fc.string();
  }
  if (byName !== null) return byName;
  if (schema instanceof z.core.$ZodNumber) {
    return fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
  }
  return mixed(fc.string({ minLength: 1, maxLength: 40 }), oddText, 3);
}

/** Each field there or not, in any order, with a name or two that nobody knows. */
function object(schema: z.core.$ZodObject, pools: Pools): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema._zod.def.shape).map(([name, field]) => {
    const value = fromSchema(field, pools, name);
    const required = !(field instanceof z.core.$ZodOptional);
    // Most callers may name nobody but themselves.
    const weight = required ? 12 : name === "user_id" ? 1 : 4;
    return fc.oneof(
      { arbitrary: value.map((given): [string, unknown][] => [[name, given]]), weight },
      { arbitrary: fc.constant<[string, unknown][]>([]), weight: required ? 1 : 8 },
    );
  });
  const unknown = fc.array(fc.tuple(oddText, oddJson), { minLength: 1, maxLength: 2 });
  return fc.tuple(
    fc.tuple(...fields),
    fc.oneof({ arbitrary: fc.constant<[string, unknown][]>([]), weight: 15 }, {
      arbitrary: unknown,
      weight: 1,
    }),
  ).map(([known, more]) => Object.fromEntries([...known.flat(), ...more]));
}

/** A query string with the fields of a schema; a name may come twice. */
export function queryFrom(schema: z.core.$ZodType | undefined, pools: Pools): fc.Arbitrary<string> {
  if (schema === undefined) {
    return fc.oneof({ arbitrary: fc.constant(""), weight: 9 }, { arbitrary: oddQuery, weight: 1 });
  }
  const written = fitting(schema, pools, "").map((value) => {
    const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
    return entries.length === 0
      ? ""
      : `?${
        entries.map(([name, one]) =>
          `${escaped(name)}=${escaped(typeof one === "string" ? one : JSON.stringify(one) ?? "")}`
        ).join("&")
      }`;
  });
  const twice = written.map((query) => query === "" ? "" : `${query}&${query.slice(1)}`);
  return fc.oneof({ arbitrary: written, weight: 12 }, { arbitrary: twice, weight: 1 }, {
    arbitrary: oddQuery,
    weight: 1,
  });
}
