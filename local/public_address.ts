import { createGet, readPublicUrls } from "../supabase/functions/_shared/sms/setting_values.ts";
import { usesRealTwilio } from "./services.ts";

/** Hosts that mean something only on this machine or in its network, as `URL` spells them. */
const PRIVATE_HOST = new RegExp(
  [
    // A name without a dot, and the endings that no public name server knows (RFC 6761, RFC 6762; `internal` by ICANN).
    "^[^.:]+$",
    "\\.(localhost|local|internal|lan|test|example|invalid)$",
    // RFC 6890: this host, loopback, private networks, carriers' networks, link-local.
    "^(0|10|127)\\.\\d+\\.\\d+\\.\\d+$",
    "^192\\.168\\.\\d+\\.\\d+$",
    "^172\\.(1[6-9]|2\\d|3[01])\\.\\d+\\.\\d+$",
    "^100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\.\\d+\\.\\d+$",
    "^169\\.254\\.\\d+\\.\\d+$",
    "^\\[(::1?|f[cd][0-9a-f:]*|fe[89ab][0-9a-f:]*|::ffff:.*)\\]$",
  ].join("|"),
);

/** Whether only this machine or its network reaches a host. */
export const isPrivateHost = (hostname: string): boolean => PRIVATE_HOST.test(hostname.replace(/\.$/, ""));

/**
 * One sentence for the person at the terminal where real Twilio would be given an address that it cannot reach; else null. Twilio
 * would refuse the callback of each text with 21609 and the webhook of each number with 21402.
 */
export function warnOfAddress(
  { environment, carrierUrl, port }: {
    environment: Record<string, string | undefined>;
    carrierUrl?: string | undefined;
    port: number;
  },
): string | null {
  if (!usesRealTwilio(environment, carrierUrl)) return null;
  const settings: typeof environment = { ...environment, SUPABASE_URL: `http://127.0.0.1:${port}` };
  const [url] = readPublicUrls(createGet((name) => settings[name]));
  if (!isPrivateHost(new URL(url).hostname)) return null;
  return `Your Twilio account cannot reach ${url}, so Twilio will refuse each text and number: set SMS_PUBLIC_URL to the ` +
    `address of a tunnel to port ${port} of this machine, and start again.`;
}
