/** What the fuzz sends. Names stand for secrets, so that a request can be printed. */

/** Whose credentials a request has. `a` and `b` are two tenants; `v` is a third, whom nobody may reach. */
export type Who =
  | "nobody"
  | "a"
  | "b"
  | "publishable key"
  | "secret key for a"
  | "worker key"
  | "wrong secret key"
  | "expired token of v"
  | "token of another project for v"
  | "unsigned token for v"
  | "altered token of a"
  | "garbage";

/** How a form is signed. Only the first three are Twilio's, and only for the account that the form names. */
export type Signing =
  | "by the account's token"
  | "by a SharedKey, SHA-256"
  | "by a SharedKey, SHA-1"
  | "by another account's token"
  | "by the token, a SharedKey named"
  | "by an unknown SharedKey"
  | "by an unknown algorithm"
  | "for another address"
  | "altered afterwards"
  | "with junk"
  | "not at all";

export interface HttpRequest {
  kind: "http";
  /** `sms-send`, or `sms-webhook` where it is a form. */
  function: string;
  method: string;
  /** Behind the function's name, with its query. */
  path: string;
  who: Who;
  headers: Record<string, string>;
  /** As it is sent; of bytes, the characters with these codes. */
  body: string | null;
  isBytes: boolean;
}

export interface FormRequest {
  kind: "form";
  /** With the old routes' path. */
  function: string;
  query: string;
  fields: [string, string][];
  signing: Signing;
}

/** A verb or a table, called as PostgREST calls it. */
export interface SqlRequest {
  kind: "sql";
  who: "a" | "b" | "nobody";
  /** `sms_create_message`, or `insert sms_contacts`. */
  what: string;
  /** JSON. */
  args: string;
}

export type FuzzRequest = HttpRequest | FormRequest | SqlRequest;

/** What came back. */
export interface Answer {
  status: number;
  /** SQLSTATE, or the code of the body. */
  code: string;
  /** Everything that the caller can read. */
  told: string;
  retryAfter: string | null;
  took: number;
}

/** One line for people: what to send again. Long texts are shown by their beginning and length. */
export function shown(request: FuzzRequest): string {
  return JSON.stringify(
    request,
    (_name, value) =>
      typeof value === "string" && value.length > 300
        ? `${value.slice(0, 60)}… (${value.length} characters)`
        : value,
  );
}

/** Whether a problem of one request is the same as of another one. */
export function placeOf(request: FuzzRequest): string {
  switch (request.kind) {
    case "http":
      return `${request.method} ${request.function}`;
    case "form":
      return `form ${request.function}`;
    case "sql":
      return `sql ${request.what}`;
  }
}
