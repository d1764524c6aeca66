import ipaddr from "ipaddr.js";

/**
 * The one check of an address that somebody gave us, before anything is sent to it. Nothing else in the functions calls such
 * an address: Twilio, the model's server and the project itself are the operator's settings, and media are fetched by Twilio.
 */
export interface AddressRules {
  /** Lets this machine itself in, also over http and on any port. For a stack on one's own machine. */
  readonly allowLoopback: boolean;
}

/** Where a connection may go to. */
export interface AllowedAddress {
  readonly url: URL;
  readonly port: number;
  readonly tls: boolean;
  /** The name that was given, or the IP address; without brackets. */
  readonly host: string;
}

/** The port of https, and the usual one beside it. Others are often not meant for strangers. */
const PORTS: readonly number[] = [443, 8443];

/** @returns null for an address that is not allowed whatever its name leads to */
export function readAddress(text: string, { allowLoopback }: AddressRules): AllowedAddress | null {
  const url = URL.parse?.(text) ?? parsed(text);
  if (url === null || url.username !== "" || url.password !== "" || url.hash !== "") return null;
  const tls = url.protocol === "https:";
  if (!tls && url.protocol !== "http:") return null;
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = url.port === "" ? (tls ? 443 : 80) : Number(url.port);
  const address = { url, port, tls, host };
  if (isLoopbackName(host)) return allowLoopback ? address : null;
  if (!tls || !PORTS.includes(port) || host === "") return null;
  // A name without a dot belongs to the network we are in.
  if (!ipaddr.isValid(host)) return host.includes(".") ? address : null;
  return isPublic(host) ? address : null;
}

/** Whether an IP address that a name led to may be called. */
export function mayConnect(ip: string, { allowLoopback }: AddressRules): boolean {
  return isPublic(ip) || (allowLoopback && rangeOf(ip) === "loopback");
}

/**
 * Whether an IP address belongs to the public internet: not private, link-local (where clouds keep their metadata), loopback,
 * shared, multicast, reserved or documentation. An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo) is none:
 * only 2000::/3 is routed, and of that not what `ipaddr.js` knows to be special.
 */
export function isPublic(ip: string): boolean {
  if (rangeOf(ip) !== "unicast") return false;
  const address = ipaddr.parse(ip);
  return address.kind() === "ipv4" || (address.toByteArray()[0] ?? 0) >> 5 === 1;
}

function rangeOf(ip: string): string | null {
  return ipaddr.isValid(ip) ? ipaddr.parse(ip).range() : null;
}

const isLoopbackName = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || rangeOf(host) === "loopback";

function parsed(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
