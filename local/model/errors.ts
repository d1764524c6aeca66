/**
 * OpenAI's errors as they come over the wire: `{ "error": { message, type, param, code } }`. Other servers have other shapes.
 * Statuses and meanings: https://developers.openai.com/api/docs/guides/error-codes; the wording is what people
 * report from the real service (for instance openai/openai-python#887, openinterpreter#408, khoj#1377).
 */
export class ModelError {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Record<string, string> = {},
  ) {}
}

export function invalidRequest(
  message: string,
  param: string | null = null,
  code: string | null = null,
): ModelError {
  return new ModelError(400, { error: { message, type: "invalid_request_error", param, code } });
}

export function missingKey(): ModelError {
  const message =
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.";
  return new ModelError(401, { error: { message, type: "invalid_request_error", param: null, code: null } });
}

export function wrongKey(): ModelError {
  const message =
    "Incorrect API key provided: sk-demo****key. You can find your API key at https://platform.openai.com/account/api-keys.";
  return new ModelError(401, {
    error: { message, type: "invalid_request_error", param: null, code: "invalid_api_key" },
  });
}

export function unknownUrl(method: string, path: string): ModelError {
  const message = `Unknown request URL: ${method} ${path}. Please check the URL for typos.`;
  return new ModelError(404, {
    error: { message, type: "invalid_request_error", param: null, code: "unknown_url" },
  });
}

/** `retry-after` in seconds and the finer `retry-after-ms`, as the SDK reads them. */
export function rateLimited(model: string): ModelError {
  const message =
    `Rate limit reached for ${model} in organization org-demo on requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in 1s. Visit https://platform.openai.com/account/rate-limits to learn more.`;
  return new ModelError(
    429,
    { error: { message, type: "requests", param: null, code: "rate_limit_exceeded" } },
    {
      "retry-after": "1",
      "retry-after-ms": "1000",
      "x-ratelimit-limit-requests": "500",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "1s",
    },
  );
}

export function serverError(): ModelError {
  const message = "The server had an error while processing your request. Sorry about that!";
  return new ModelError(500, { error: { message, type: "server_error", param: null, code: null } });
}

export function overloaded(): ModelError {
  const message = "Our servers are currently overloaded. Please try again later.";
  return new ModelError(503, {
    error: { message, type: "service_unavailable_error", param: null, code: "server_is_overloaded" },
  });
}

/** The account has no credit left. No `retry-after`: only a payment helps. */
export function noCredit(): ModelError {
  const message =
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.";
  return new ModelError(429, {
    error: { message, type: "insufficient_quota", param: null, code: "insufficient_quota" },
  });
}

/** Azure's filter has found something in the prompt. https://github.com/openai/openai-agents-python/issues/806 */
export function filteredPrompt(): ModelError {
  const message =
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766";
  return new ModelError(400, {
    error: {
      message,
      type: null,
      param: "prompt",
      code: "content_filter",
      status: 400,
      innererror: {
        code: "ResponsibleAIPolicyViolation",
        content_filter_result: { jailbreak: { detected: true, filtered: true } },
      },
    },
  });
}
