import type { SettingName } from "../../setting_table.ts";

/** Where Postgres is, and how it is reached. */
export interface Target {
  /** The setting that names it, for the log. */
  readonly setting: SettingName;
  /** Null: the setting is no connection string. Its value is said nowhere, because it may hold a password. */
  readonly address: Address | null;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: boolean;
  /** A transaction pooler: the operator's, or the port at which Supabase's listens. */
  readonly pooled: boolean;
}

const POOLER_PORT = "6543";

/** @param value a connection string, as Supabase shows it */
export function parseTarget(setting: SettingName, value: string): Target {
  return { setting, address: parseAddress(value, setting === "SMS_POOLER_URL") };
}

function parseAddress(value: string, isPooler: boolean): Address | null {
  let url: URL;
  try {
    url = new URL(value);
    if (!/^postgres(ql)?:$/.test(url.protocol) || url.hostname === "") return null;
    const host = url.hostname.replace(/^\[|\]$/g, "");
    return {
      host,
      port: Number(url.port || 5432),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)) || "postgres",
      pooled: isPooler || url.port === POOLER_PORT,
      tls: usesTls(url.searchParams.get("sslmode"), host),
    };
  } catch {
    return null;
  }
}

const usesTls = (mode: string | null, host: string): boolean =>
  mode === null || mode === "prefer" || mode === "allow" ? !isNear(host) : mode !== "disable";

/**
 * On this machine or in its private network, as under `supabase start`, where the database speaks no TLS. Everywhere else the
 * server's certificate is checked. On the platform that is Supabase's own, and functions there trust it
 * (https://supabase.com/docs/guides/functions/connect-to-postgres). Deno 2.1 checks it even where it is told not to.
 */
function isNear(host: string): boolean {
  if (!host.includes(".") && !host.includes(":")) return true;
  return /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$|^::1$|^f[cd][0-9a-f]{2}:/i.test(host) ||
    host.endsWith(".internal") || host.endsWith(".local");
}
