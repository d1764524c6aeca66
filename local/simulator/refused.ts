/** Thrown where a request is wrong; `status` is the answer's. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  get answer(): Response {
    return Response.json({ code: this.code, message: this.message }, {
      status: this.status,
      headers: this.headers,
    });
  }
}
