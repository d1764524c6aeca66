/** Which process of a benchmark does what, and what each of them costs. */
import { forgetPeak, peakMb, type Process, processTree } from "./processes.ts";

export const ROLES = ["worker", "webhook", "status", "API", "peer", "Postgres", "look-alikes"] as const;
export type Role = typeof ROLES[number];

/** Milliseconds of CPU by role; a role that nobody has is left out. */
export type Cpu = Partial<Record<Role, number>>;

const COMMANDS: readonly (readonly [Role, RegExp])[] = [
  ["worker", /\/sms-worker\/index\.ts/],
  ["webhook", /\/sms-webhook\/index\.ts/],
  ["status", /\/sms-status\/index\.ts/],
  ["API", /\/measure\/stack\.ts/],
  ["peer", /\/server\.mjs/],
  ["Postgres", /^\S*\/bin\/postgres -D |^postgres: /],
];

/** The role of a process; null for shells that only guard one (local/guard.ts) and for what no benchmark names. */
export function roleOf({ pid, command }: Pick<Process, "pid" | "command">): Role | null {
  if (pid === Deno.pid) return "look-alikes";
  if (/^\S*\bsh -c /.test(command)) return null;
  return COMMANDS.find(([, pattern]) => pattern.test(command))?.[0] ?? null;
}

/** CPU time until now. Of Postgres also what sessions took that have ended: their parent waits for them. */
export function cpuNow(): Cpu | null {
  const processes = processTree();
  return processes && sumByRole(processes);
}

export function sumByRole(processes: readonly Process[]): Cpu {
  const sums: Cpu = {};
  for (const one of processes) {
    const role = roleOf(one);
    if (role === null) continue;
    const ended = role === "Postgres" ? one.endedChildrenMs : 0;
    sums[role] = (sums[role] ?? 0) + one.ownMs + ended;
  }
  return sums;
}

/** What was used between two looks, for each of `count` texts. */
export function cpuBetween(before: Cpu | null, after: Cpu | null, count: number): Cpu {
  const used: Cpu = {};
  if (!before || !after) return used;
  for (const role of ROLES) {
    const [from = 0, to] = [before[role], after[role]];
    if (to !== undefined) used[role] = (to - from) / count;
  }
  return used;
}

const pidsOf = (role: Role) =>
  (processTree() ?? []).filter((one) => roleOf(one) === role).map(({ pid }) => pid);

/** From here on `peakOf()` tells what happens from here on, without the start of the process. */
export function forgetPeaks(roles: readonly Role[]): void {
  for (const role of roles) pidsOf(role).forEach(forgetPeak);
}

/** The most memory that the process of a role has held at once, in MB; null where nothing tells. */
export function peakOf(role: Role): number | null {
  const peaks = pidsOf(role).map((pid) => peakMb(pid) ?? 0);
  return peaks.length === 0 ? null : Math.max(...peaks);
}
