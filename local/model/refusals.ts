import { invalidRequest, ModelError } from "./errors.ts";
import type { Offence } from "./strictness.ts";

/** How servers say that they do not take a request. Status and shape are those that people report. */
export type RefusalStyle = "openai" | "google" | "groq" | "pydantic" | "vllm" | "ollama" | "llama.cpp";

type Refuse = (offences: readonly Offence[], model: string) => ModelError;

export const REFUSALS: Readonly<Record<RefusalStyle | "silent", Refuse>> = {
  /** OpenAI and Azure: one error, with the name in `param`. */
  openai: ([offence]) => {
    if (offence?.kind === "field") {
      return invalidRequest(
        `Unrecognized request argument supplied: ${offence.field}`,
        null,
        "unrecognized_request_argument",
      );
    }
    if (offence?.kind === "value") {
      const allowed = offence.allowed.map((value) => `'${value}'`).join(", ");
      return invalidRequest(
        `Unsupported value: '${offence.field}' does not support '${offence.value}' with this model. Supported values are: ${allowed}.`,
        offence.field,
        "unsupported_value",
      );
    }
    if (offence?.kind === "format") {
      return invalidRequest(
        `Invalid parameter: 'response_format' of type '${offence.value}' is not supported with this model.`,
        "response_format",
      );
    }
    if (offence?.kind === "image") {
      return invalidRequest(
        "Invalid content type. image_url is only supported by certain models.",
        "messages.[1].content.[1].type",
        "invalid_value",
      );
    }
    return invalidRequest("Invalid value for 'messages'.", "messages");
  },

  /** Google: a list with one error, which names everything. https://github.com/liliMozi/openhanako/issues/394 */
  google: (offences) => {
    const message = offences.map((offence) => {
      if (offence.kind === "field") {
        return `Invalid JSON payload received. Unknown name "${offence.field}": Cannot find field.`;
      }
      if (offence.kind === "value") return "The model does not support setting thinking_budget to 0.";
      return "Please ensure that the request is valid.";
    }).join("\n");
    const error = { code: 400, message, status: "INVALID_ARGUMENT" };
    return new ModelError(400, [{ error }]);
  },

  /** https://github.com/fanenr/chatbot/issues/21, https://github.com/earendil-works/pi/issues/1745 */
  groq: ([offence], model) => {
    const says = (message: string) =>
      new ModelError(400, { error: { message, type: "invalid_request_error" } });
    switch (offence?.kind) {
      case "field":
        return says(
          offence.field === "reasoning_effort"
            ? `\`reasoning_effort\` is not supported with this model`
            : `property '${offence.field}' is unsupported`,
        );
      case "value":
        return says(
          `\`${offence.field}\` must be one of ${
            offence.allowed.map((value) => `\`${value}\``).join(" or ")
          }`,
        );
      case "format":
        return says(
          `This model does not support response format \`${offence.value}\`. See supported models at https://console.groq.com/docs/structured-outputs#supported-models`,
        );
      default:
        return says(`messages: content must be a string (${model})`);
    }
  },

  /** Mistral: 422 with a list of what does not fit; 400 for the order. https://github.com/Gitlawb/openclaude/issues/739 */
  pydantic: (offences) => {
    const order = offences.find(({ kind }) => kind === "order");
    if (order?.kind === "order") {
      const message = order.broken === "last"
        ? `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${order.role}`
        : `Unexpected role '${order.role}' after role 'user'`;
      return new ModelError(400, {
        object: "error",
        message,
        type: "invalid_request_message_order",
        param: null,
        code: "3230",
      });
    }
    const detail = offences.flatMap((offence) =>
      offence.kind === "field"
        ? [{
          type: "extra_forbidden",
          loc: ["body", offence.field],
          msg: "Extra inputs are not permitted",
          input: offence.value,
        }]
        : offence.kind === "value"
        ? [{
          type: "literal_error",
          loc: ["body", offence.field],
          msg: `Input should be ${offence.allowed.map((value) => `'${value}'`).join(" or ")}`,
          input: offence.value,
        }]
        : []
    );
    return new ModelError(422, {
      object: "error",
      message: { detail },
      type: "invalid_request_error",
      param: null,
      code: null,
    });
  },

  /** https://github.com/vllm-project/vllm/issues/6862, https://github.com/vllm-project/vllm/issues/41114 */
  vllm: ([offence]) => {
    const says = (message: string) =>
      new ModelError(400, { error: { message, type: "BadRequestError", param: null, code: 400 } });
    if (offence?.kind === "order") return says(TEMPLATE[offence.broken]);
    if (offence?.kind === "image") return says("At most 0 image(s) may be provided in one prompt.");
    const field = offence?.kind === "format" ? "response_format" : offence?.field;
    return says(
      `1 validation error for ChatCompletionRequest\n${field}\n  Extra inputs are not permitted [type=extra_forbidden]`,
    );
  },

  /** https://github.com/DevEmperor/DictateKeyboard/issues/186 */
  ollama: ([offence], model) => {
    const says = (message: string) =>
      new ModelError(400, {
        error: { message, type: "invalid_request_error", param: null, code: null },
      });
    if (offence?.kind === "value") return says(`invalid reasoning value: '${offence.value}'`);
    if (offence?.kind === "image") return says(`"${model}" does not support image input`);
    return says(`"${model}" does not support thinking`);
  },

  /** The template's own error, as a 500. https://github.com/sipeed/picoclaw/issues/207 */
  "llama.cpp": ([offence]) => {
    const what = offence?.kind === "order" ? TEMPLATE[offence.broken] : "Only text is supported.";
    const message = offence?.kind === "image"
      ? "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"
      : `\n------------\nWhile executing CallExpression at line 47, column 32 in source:\n...== 0) %}↵            {{- raise_exception('${
        what.slice(0, 40)
      }...\n                                           ^\nError: Jinja Exception: ${what}`;
    return new ModelError(500, { error: { code: 500, message, type: "server_error" } });
  },

  /** A gateway that keeps the reason to itself. https://github.com/lobehub/lobehub/issues/18885 */
  silent: () =>
    new ModelError(400, {
      error: { message: "Upstream error: 400", type: "invalid_request_error", param: "", code: null },
    }),
};

/** Sentences of chat templates. */
const TEMPLATE = {
  "system": "System message must be at the beginning.",
  "no system": "Only user and assistant roles are supported!",
  "turns": "Conversation roles must alternate user/assistant/user/assistant/...",
  "last": "Cannot have 2 or more assistant messages at the end of the list.",
} as const;
