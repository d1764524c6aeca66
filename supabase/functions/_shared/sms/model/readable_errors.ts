/** The longest part of an error body that is read. */
const LONGEST = 8_000;

/**
 * A `fetch` that brings errors of every OpenAI-compatible server into OpenAI's shape. The SDK reads only
 * `{ error: { message, code, param } }`: of Google's `[{ error }]`, Mistral's `{ message: { detail } }` and a gateway's page
 * it keeps nothing but the status. The body as it came is in `said`.
 */
export function readableErrors(fetchWith: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await fetchWith(input, init);
    if (response.ok) return response;
    const said = (await response.text()).slice(0, LONGEST);
    const headers = new Headers(response.headers);
    for (const name of ["content-length", "content-encoding"]) headers.delete(name);
    headers.set("content-type", "application/json");
    return Response.json({ error: errorIn(said) }, {
      status: response.status,
      statusText: response.statusText,
      headers,
    });
  };
}

function errorIn(said: string): Record<string, unknown> {
  const body = parsed(said);
  const whole = isObject(body) ? body : Array.isArray(body) && isObject(body[0]) ? body[0] : {};
  const inner = isObject(whole.error) ? whole.error : whole;
  return {
    message: textOf(inner.message) ?? textOf(whole.error) ?? textOf(whole.detail) ?? said,
    type: inner.type ?? null,
    // Google's `code` is the status once more, and its `status` is the code.
    code: typeof inner.code === "string" ? inner.code : inner.status ?? null,
    param: inner.param ?? null,
    said,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | null =>
  typeof value === "string" ? value : isObject(value) || Array.isArray(value) ? JSON.stringify(value) : null;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
