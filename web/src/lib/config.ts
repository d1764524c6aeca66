/// <reference types="vite/client" />
/** What the page has to know, from `config.json` beside `index.html`: so one build can be hosted for any project. */
export interface Config {
  readonly supabaseUrl: string;
  readonly publishableKey: string;
  /** False where the project has no Realtime: the page asks now and then instead. Default true. */
  readonly realtime: boolean;
  /** Milliseconds between two questions where there is no Realtime. Default 4,000. */
  readonly pollMs: number;
  /** Only the local stack says this, and only its build listens. */
  readonly local: LocalConfig | null;
}

export interface LocalConfig {
  /** Who can sign in with one click. */
  readonly user: { readonly email: string; readonly password: string };
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** @throws ConfigError that says what is missing */
export async function loadConfig(): Promise<Config> {
  const response = await fetch("./config.json", { cache: "no-cache" }).catch(() => null);
  const content: unknown = response?.ok ? await response.json().catch(() => null) : null;
  if (!isRecord(content)) throw new ConfigError("There is no config.json beside index.html.");
  return {
    supabaseUrl: url(content, "supabaseUrl").replace(/\/+$/, ""),
    publishableKey: text(content, "publishableKey"),
    realtime: content.realtime !== false,
    pollMs: typeof content.pollMs === "number" && content.pollMs >= 250 ? content.pollMs : 4_000,
    local: import.meta.env.MODE === "stack" ? localConfig(content.local) : null,
  };
}

function localConfig(local: unknown): LocalConfig | null {
  if (!isRecord(local) || !isRecord(local.user)) return null;
  return { user: { email: text(local.user, "email"), password: text(local.user, "password") } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(content: Record<string, unknown>, name: string): string {
  const value = content[name];
  if (typeof value === "string" && value !== "") return value;
  throw new ConfigError(`config.json names no ${name}.`);
}

function url(content: Record<string, unknown>, name: string): string {
  const value = text(content, name);
  if (/^https?:$/.test(URL.parse(value)?.protocol ?? "")) return value;
  throw new ConfigError(`${name} in config.json is no http(s) URL.`);
}
