import { z } from "zod";

/** The part of JSON Schema that strict structured outputs know. */
const Schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional().catch(undefined),
  properties: z.record(z.string(), z.unknown()).optional().catch(undefined),
  required: z.array(z.string()).optional().catch(undefined),
  additionalProperties: z.unknown().optional(),
  enum: z.array(z.unknown()).optional().catch(undefined),
  const: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional().catch(undefined),
  items: z.unknown().optional(),
  $ref: z.string().optional().catch(undefined),
  $defs: z.record(z.string(), z.unknown()).optional().catch(undefined),
  definitions: z.record(z.string(), z.unknown()).optional().catch(undefined),
  maxLength: z.number().optional().catch(undefined),
});

export type Schema = z.infer<typeof Schema>;

/** Reads unknown JSON as a schema; what is none allows everything. */
export function asSchema(value: unknown): Schema {
  return Schema.safeParse(value).data ?? {};
}

/** Makes a value of the schema, as near to the wished one as it allows. */
export function fit(wish: unknown, schema: Schema, root: Schema = schema): unknown {
  const { $ref } = schema;
  if ($ref !== undefined) return fit(wish, resolve($ref, root), root);
  if (schema.anyOf) {
    const branches = schema.anyOf.map(asSchema);
    const best = branches.find((branch) => accepts(wish, branch, root)) ?? branches[0] ?? {};
    return fit(wish, best, root);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return choose(wish, schema.enum);
  if (schema.properties) return fitObject(wish, schema, root);
  if (schema.type === undefined) return wish ?? null;
  const types = [schema.type].flat();
  const type = types.find((name) => name === typeName(wish)) ?? types[0];
  return scalar(wish, type, schema.maxLength);
}

function fitObject(wish: unknown, schema: Schema, root: Schema): Record<string, unknown> {
  const wishes: Record<string, unknown> = typeof wish === "object" && wish !== null ? { ...wish } : {};
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map((
      [name, child],
    ) => [name, fit(wishes[name], asSchema(child), root)]),
  );
}

function accepts(value: unknown, schema: Schema, root: Schema): boolean {
  if (schema.$ref !== undefined) return accepts(value, resolve(schema.$ref, root), root);
  if (schema.const !== undefined) return schema.const === value;
  if (schema.enum) return schema.enum.some((allowed) => wished(value).includes(allowed));
  return [schema.type].flat().includes(typeName(value));
}

/** A wish can be a list of acceptable words, best first. */
function wished(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function choose(wish: unknown, allowed: unknown[]): unknown {
  const preferences = [...wished(wish), "other", "unknown", "none", null];
  return preferences.find((value) => value !== undefined && allowed.includes(value)) ?? allowed.at(-1);
}

function scalar(wish: unknown, type: string | undefined, maxLength = Infinity): unknown {
  const value = type !== "array" && Array.isArray(wish) ? wish[0] : wish;
  if (typeName(value) === type) return typeof value === "string" ? value.slice(0, maxLength) : value ?? null;
  const empty: Record<string, unknown> = {
    string: "",
    boolean: false,
    number: 0,
    integer: 0,
    array: [],
    object: {},
  };
  return empty[type ?? "null"] ?? null;
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function resolve(ref: string, root: Schema): Schema {
  if (ref === "#") return root;
  const name = decodeURIComponent(ref.split("/").at(-1) ?? "");
  return asSchema(root.$defs?.[name] ?? root.definitions?.[name]);
}
