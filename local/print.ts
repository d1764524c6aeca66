/** The one place in `local/` that writes to the terminal. */
// deno-lint-ignore-file no-console

/** A line for the person at the terminal. */
export function print(line = ""): void {
  console.log(line);
}

/** A line on standard error: what went wrong, and what to do about it. */
export function complain(line: string): void {
  console.error(line);
}
