import { invalidRequest, type ModelError } from "./errors.ts";
import { type ChatRequest, textOf } from "./request.ts";
import { asSchema, type Schema } from "./schema.ts";

/** What the real service refuses although it has the right shape; null where it would answer. */
export function refusal(request: ChatRequest, strictSchemas: boolean): ModelError | null {
  return refusedSetting(request) ?? refusedFormat(request, strictSchemas);
}

/**
 * Reasoning models take no sampling settings unless their reasoning is off, and count only
 * `max_completion_tokens` (https://developers.openai.com/api/docs/guides/latest-model).
 */
function refusedSetting(request: ChatRequest): ModelError | null {
  const { temperature, model } = request;
  if (request.stream) {
    return invalidRequest("This look-alike does not stream.", "stream", "unsupported_value");
  }
  if (request.safety_identifier && request.safety_identifier.length > 128) {
    return invalidRequest(
      `Invalid 'safety_identifier': string too long. Expected a string with maximum length 128, but got a string with length ${request.safety_identifier.length} instead.`,
      "safety_identifier",
      "string_above_max_length",
    );
  }
  if (typeof temperature === "number" && temperature > 2) {
    return invalidRequest(
      `Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got ${temperature} instead.`,
      "temperature",
      "decimal_above_max_value",
    );
  }
  if (!/^(gpt-([5-9]|\d\d)|o\d)/.test(model)) return null;
  if (typeof request.max_tokens === "number") {
    return invalidRequest(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "max_tokens",
      "unsupported_parameter",
    );
  }
  if (request.reasoning_effort === "none") return null;
  for (const name of ["temperature", "top_p"] as const) {
    const value = request[name];
    if (typeof value !== "number" || value === 1) continue;
    return invalidRequest(
      `Unsupported value: '${name}' does not support ${value} with this model. Only the default (1) value is supported.`,
      name,
      "unsupported_value",
    );
  }
  return null;
}

function refusedFormat(request: ChatRequest, strictSchemas: boolean): ModelError | null {
  const format = request.response_format;
  if (!format || format.type === "text") return null;
  if (format.type === "json_object") return refusedJsonObject(request);
  if (format.type !== "json_schema") {
    return invalidRequest(
      `Invalid value: '${format.type}'. Supported values are: 'json_object', 'json_schema', and 'text'.`,
      "response_format.type",
      "invalid_value",
    );
  }
  if (!strictSchemas) {
    return invalidRequest(
      "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs",
      "response_format",
    );
  }
  const wrapper = format.json_schema;
  if (!wrapper) {
    return invalidRequest(
      "Missing required parameter: 'response_format.json_schema'.",
      "response_format.json_schema",
      "missing_required_parameter",
    );
  }
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(wrapper.name)) {
    return invalidRequest(
      `Invalid 'response_format.json_schema.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      "response_format.json_schema.name",
      "invalid_value",
    );
  }
  const flaw = wrapper.strict ? strictFlaw(asSchema(wrapper.schema), []) : null;
  if (!flaw) return null;
  return invalidRequest(`Invalid schema for response_format '${wrapper.name}': ${flaw}`, "response_format");
}

function refusedJsonObject(request: ChatRequest): ModelError | null {
  if (request.messages.some((message) => /json/i.test(textOf(message)))) return null;
  return invalidRequest(
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    "messages",
  );
}

/** A strict schema names every property as required and allows no others, at every depth. */
function strictFlaw(schema: Schema, path: string[]): string | null {
  const context = `In context=(${path.map((step) => `'${step}'`).join(", ")}), `;
  if (schema.type === "object" || schema.properties) {
    if (schema.additionalProperties !== false) {
      return `${context}'additionalProperties' is required to be supplied and to be false.`;
    }
    const missing = Object.keys(schema.properties ?? {}).find((name) => !schema.required?.includes(name));
    if (missing) {
      return `${context}'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
    }
  }
  const children: [string, unknown][] = [
    ...Object.entries(schema.properties ?? {}),
    ...(schema.items === undefined ? [] : [["items", schema.items] as [string, unknown]]),
    ...(schema.anyOf ?? []).map((child, index): [string, unknown] => [String(index), child]),
    ...Object.entries(schema.$defs ?? {}),
  ];
  for (const [name, child] of children) {
    const flaw = strictFlaw(asSchema(child), [...path, "properties", name]);
    if (flaw) return flaw;
  }
  return null;
}
