/** Writes TypeScript for the JSON Schemas of docs/reference/openapi.json: those that zod-openapi makes, and no others. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
}

/** @throws Error for a schema that it does not know, so that no field becomes `unknown` unnoticed */
export function typeOf(schema: Schema): string {
  const { $ref, anyOf, allOf, type } = schema;
  if ($ref !== undefined) return $ref.replace(/^#\/components\/schemas\//, "");
  if (anyOf) return union(anyOf.map(typeOf));
  if (allOf) return allOf.map(typeOf).join(" & ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) {
    return union(schema.enum.map((value) => JSON.stringify(value)));
  }
  if (Array.isArray(type)) {
    return union(type.map((one) => typeOf({ ...schema, type: one })));
  }
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `readonly (${typeOf(schema.items ?? {})})[]`;
    case "object":
      return objectOf(schema);
    case undefined:
      return "unknown";
    default:
      throw new Error(`No TypeScript for the schema ${JSON.stringify(schema)}`);
  }
}

function objectOf(
  { properties, required = [], additionalProperties }: Schema,
): string {
  if (!properties) {
    const value = typeof additionalProperties === "object" ? typeOf(additionalProperties) : "unknown";
    return `Readonly<Record<string, ${value}>>`;
  }
  const fields = Object.entries(properties).map(([name, schema]) =>
    `${comment(schema)}readonly ${name}${required.includes(name) ? "" : "?"}: ${typeOf(schema)};`
  );
  return `{\n${fields.join("\n")}\n}`;
}

const comment = ({ description }: Schema): string =>
  description === undefined ? "" : `/** ${description} */\n`;

const union = (types: readonly string[]): string => [...new Set(types)].join(" | ");
