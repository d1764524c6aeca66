/** The version of this project, stated here alone; `deno task ok` looks that CHANGELOG.md and the docs agree. */
export const VERSION = "1.0.0-rc.1";
