import { strict as assert } from "node:assert";
import {
  isPublic,
  mayConnect,
  readAddress,
} from "../../../../supabase/functions/_shared/sms/outside/public_address.ts";

/** One or two addresses of each special range: https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 twin. */
const SPECIAL: Record<string, string[]> = {
  "this network": ["0.0.0.0", "0.1.2.3"],
  "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  "shared by carriers": ["100.64.0.1", "100.127.255.255"],
  "loopback": ["127.0.0.1", "127.255.255.255", "::1"],
  "link-local, metadata of clouds": ["169.254.0.1", "169.254.169.254", "fe80::1", "febf::1"],
  "assignments of the IETF": ["192.0.0.1"],
  "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
  "relays of 6to4": ["192.88.99.1"],
  "benchmarks": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
  "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
  "reserved, broadcast": ["240.0.0.1", "255.255.255.255"],
  "unspecified": ["::"],
  "unique local, metadata of clouds": ["fc00::1", "fdff::1", "fd00:ec2::254"],
  "site-local, deprecated": ["fec0::1"],
  "IPv4 inside IPv6": ["::ffff:10.0.0.1", "::ffff:8.8.8.8", "::10.0.0.1", "::ffff:0:a00:1"],
  "NAT64": ["64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::1"],
  "6to4 and Teredo": ["2002:a00:1::1", "2001:0:1::1"],
  "discarded": ["100::1"],
  "segment routing": ["5f00::1"],
  "not allocated": ["1000::1", "4000::1", "8000::1", "e000::1"],
  "no address": ["", "example.com", "10.0.0.256", "1.2.3.4.5", ":::"],
};

for (const [range, addresses] of Object.entries(SPECIAL)) {
  Deno.test(`an address that is ${range} is not public`, () => {
    for (const ip of addresses) {
      assert.equal(isPublic(ip), false, ip);
      assert.equal(mayConnect(ip, { allowLoopback: false }), false, ip);
    }
  });
}

Deno.test("addresses just outside the special ranges are public", () => {
  const near = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
  ];
  const more = [
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00::1",
  ];
  for (const ip of [...near, ...more]) assert(isPublic(ip), ip);
});

Deno.test("loopback alone is let in where this machine may be called", () => {
  assert(mayConnect("127.0.0.1", { allowLoopback: true }) && mayConnect("::1", { allowLoopback: true }));
  for (const ip of ["10.0.0.1", "169.254.169.254", "0.0.0.0"]) {
    assert.equal(mayConnect(ip, { allowLoopback: true }), false, ip);
  }
});

const ALLOWED = [
  "https://example.com",
  "https://example.com/a?b=c",
  "https://example.com:8443/",
  "https://9.9.9.9/",
];
const REFUSED = [
  "http://example.com",
  "ftp://example.com",
  "https://example.com:22/",
  "https://example.com:6379/",
  "https://user@example.com/",
  "https://user:word@example.com/",
  "https://example.com/#part",
  "https://intranet/",
  "https://localhost/",
  "https://api.localhost/",
  "https://10.0.0.1/",
  "https://[fe80::1]/",
  "https://169.254.169.254/latest/",
  "not an address",
  "",
];
const LOOPBACK = [
  "http://127.0.0.1:3000/hooks",
  "http://localhost:3000/hooks",
  "https://localhost:4443/",
  "http://[::1]:80/",
];

Deno.test("https on its ports is allowed; names of a network of our own and other schemes are not", () => {
  for (const url of ALLOWED) assert(readAddress(url, { allowLoopback: false }), url);
  for (const url of [...REFUSED, ...LOOPBACK]) {
    assert.equal(readAddress(url, { allowLoopback: false }), null, url);
  }
});

Deno.test("one setting lets this machine in, and nothing else", () => {
  for (const url of [...ALLOWED, ...LOOPBACK]) assert(readAddress(url, { allowLoopback: true }), url);
  const still = REFUSED.filter((url) => !url.includes("localhost"));
  for (const url of still) assert.equal(readAddress(url, { allowLoopback: true }), null, url);
});
