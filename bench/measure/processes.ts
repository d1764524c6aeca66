/**
 * What processes cost, as Linux tells it: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. Where there is no
 * `/proc` every answer is null, and the benchmarks leave these figures out.
 */

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its arguments, joined. */
  readonly command: string;
  /** Its own CPU time, in milliseconds. */
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly endedChildrenMs: number;
}

/** Linux counts in ticks of USER_HZ, which programs see as 100 on every architecture that we run on. */
const TICK_MS = 10;

/** Fields of `/proc/PID/stat`. The second one, a name in parentheses, may itself hold spaces and parentheses. */
export function parseStat(stat: string): Omit<Process, "pid" | "command"> {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // The first of these is the page's field 3.
  const field = (number: number) => Number(fields[number - 3]);
  return {
    parent: field(4),
    ownMs: (field(14) + field(15)) * TICK_MS,
    endedChildrenMs: (field(16) + field(17)) * TICK_MS,
  };
}

/** All processes below this one, itself included; null where nothing tells. */
export function processTree(root = Deno.pid): Process[] | null {
  if (Deno.build.os !== "linux") return null;
  const all: Process[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const found = /^\d+$/.test(name) ? readProcess(Number(name)) : null;
    if (found) all.push(found);
  }
  return below(all, root);
}

/** The process with that id and its descendants. */
export function below(all: readonly Process[], root: number): Process[] {
  const byParent = Map.groupBy(all, ({ parent }) => parent);
  const found = all.filter(({ pid }) => pid === root);
  // The list grows while it is read.
  for (const { pid } of found) found.push(...byParent.get(pid) ?? []);
  return found;
}

/** The most memory that a process has held at once since its start or since `forgetPeak()`, in MB; null where nothing tells. */
export function peakMb(pid: number): number | null {
  const status = readIfRunning(`/proc/${pid}/status`);
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(status ?? "")?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html: 5 resets the peak to what the process holds now. */
export function forgetPeak(pid: number): void {
  Deno.writeTextFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** Null where there is no such process, or nothing tells. */
export function readProcess(pid: number): Process | null {
  const stat = readIfRunning(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const command = (readIfRunning(`/proc/${pid}/cmdline`) ?? "").replaceAll("\0", " ").trim();
  return { pid, command, ...parseStat(stat) };
}

/** A process may end between two looks. */
function readIfRunning(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
