import { run } from "./files.ts";

/**
 * Resolves (with null) when somebody wants us to stop: Ctrl-C, SIGTERM, a closed terminal, or the end of the command
 * that started us. The last case is needed: `npx deno` waits in spawnSync and dies of a signal without passing it on.
 * A script that stops `npx … task dev` would leave us behind.
 */
export function stopRequested(): Promise<null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => resolve(null));
  }
  void watchAncestors(() => resolve(null));
  return promise;
}

/** Our parents up to the shell: `deno task`, npx' node. Each of them ends only when the command is over. */
async function watchAncestors(onEnd: () => void): Promise<void> {
  const parents = await launchers();
  if (parents.length === 0) return;
  const timer = setInterval(async () => {
    const parentsNow = await launchers();
    if (parents.some((pid) => !parentsNow.includes(pid))) {
      clearInterval(timer);
      onEnd();
    }
  }, 1000);
  Deno.unrefTimer(timer);
}

/** The chain of processes above us that only exist to run us. */
async function launchers(): Promise<number[]> {
  const table = await run("ps", ["-A", "-o", "pid=,ppid=,args="]).catch(() => "");
  const processes = new Map<number, { parent: number; command: string }>();
  for (const line of table.split("\n")) {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (command !== undefined) processes.set(Number(pid), { parent: Number(parent), command });
  }
  const chain: number[] = [];
  const isLauncher = (pid: number) => {
    const { command = "", parent = 0 } = processes.get(pid) ?? {};
    if (/^(\S*\/)?(deno|node|npm|npx)\b/.test(command)) return true;
    // npm runs the program under a shell. Another shell may only have started us in the background, and be done.
    return /^(\S*\/)?sh -c /.test(command) &&
      /^(\S*\/)?(npm|npx)\b/.test(processes.get(parent)?.command ?? "");
  };
  for (let pid = Deno.ppid; pid > 1 && isLauncher(pid); pid = processes.get(pid)?.parent ?? 0) {
    chain.push(pid);
  }
  return chain;
}
