/** The version of this project, stated here alone; `deno task ok` looks that CHANGELOG.md and the docs agree. */
export const VERSION = "0.9.0";
