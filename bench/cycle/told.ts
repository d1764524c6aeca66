/** What the runs of `cycle` come to: medians, ratios of the pairs, and what got lost. */
import type { Figures, Told } from "../figures.ts";
import { markdown, median, medianRatio } from "../measure/pairs.ts";
import type { Role } from "../measure/roles.ts";
import type { Run } from "./run.ts";
import type { System } from "./stage.ts";

export interface Case {
  readonly numbers: number;
  readonly callbacks: boolean;
}

/** The runs of one case, pair by pair. */
export interface Measured {
  readonly case: Case;
  readonly ours: readonly Run[];
  /** Empty without the peer, and of the first pairs alone where it takes long. */
  readonly peer: readonly Run[];
}

/** What everything is also compared with: the peer where it is at its best. */
const BEST = { numbers: 100, callbacks: false } as const;

export function nameOf({ numbers, callbacks }: Case): string {
  return `${numbers} ${numbers === 1 ? "number" : "numbers"}, ${callbacks ? "two" : "no"} callbacks`;
}

export function summarize(measured: readonly Measured[], texts: number): Told {
  const figures: Figures = {};
  const ratios: Figures = {};
  const counts: Figures = {};
  const best = measured.find(({ case: { numbers, callbacks } }) =>
    numbers === BEST.numbers && callbacks === BEST.callbacks
  )?.peer;
  for (const { case: which, ours, peer } of measured) {
    const name = nameOf(which);
    Object.assign(figures, figuresOf(name, "ours", ours, texts), figuresOf(name, "peer", peer, texts));
    Object.assign(counts, countsOf(name, "ours", ours), countsOf(name, "peer", peer));
    if (peer.length === 0) continue;
    ratios[`${name}: last answer, ours to peer`] = medianRatio(
      times(ours.slice(0, peer.length)),
      times(peer),
    );
    ratios[`${name}: acknowledgements a second, ours to peer`] = medianRatio(
      acks(peer),
      acks(ours.slice(0, peer.length)),
    );
    if (!best || best === peer) continue;
    ratios[`${name}: last answer, ours to peer at ${nameOf(BEST)}`] = medianRatio(times(ours), times(best));
  }
  return { figures, ratios, counts };
}

const times = (runs: readonly Run[]) => runs.map(({ lastAnswerMs }) => lastAnswerMs);
const acks = (runs: readonly Run[]) => runs.map(({ lastAckMs }) => lastAckMs);

function figuresOf(name: string, system: System["name"], runs: readonly Run[], texts: number): Figures {
  if (runs.length === 0) return {};
  const callbacks = runs.map(({ lastCallbackMs }) => lastCallbackMs).filter((time) => time !== null);
  return {
    [`${name}, ${system}: last answer`]: median(times(runs)),
    [`${name}, ${system}: last acknowledgement`]: median(acks(runs)),
    [`${name}, ${system}: one acknowledgement`]: median(acks(runs)) / texts,
    ...callbacks.length === 0 ? {} : { [`${name}, ${system}: last callback`]: median(callbacks) },
    ...Object.fromEntries(
      cpuOf(system, runs).map(([role, cpu]) => [`${name}, ${system}: CPU of ${role}, a text`, cpu]),
    ),
  };
}

const OF_SYSTEM: Readonly<Record<System["name"], readonly Role[]>> = {
  ours: ["worker", "webhook", "status", "API", "Postgres", "look-alikes"],
  peer: ["peer", "Postgres", "look-alikes"],
};

/** Medians by role. The other system is idle meanwhile, and `status` is where there are no callbacks. */
function cpuOf(system: System["name"], runs: readonly Run[]): (readonly [Role, number])[] {
  const hasCallbacks = runs.some(({ lastCallbackMs }) => lastCallbackMs !== null);
  const roles = OF_SYSTEM[system].filter((role) => hasCallbacks || role !== "status");
  // Nothing by that name where /proc does not tell.
  const known = roles.filter((role) => runs.every(({ cpu }) => cpu[role] !== undefined));
  return known.map((role) => [role, median(runs.map(({ cpu }) => cpu[role] ?? NaN))] as const);
}

function countsOf(name: string, system: string, runs: readonly Run[]): Figures {
  if (runs.length === 0) return {};
  const most = (of: (run: Run) => number) => Math.max(...runs.map(of));
  return {
    [`${name}, ${system}: texts without an answer, at most`]: most(({ missing }) => missing),
    [`${name}, ${system}: texts answered twice, at most`]: most(({ doubled }) => doubled),
    [`${name}, ${system}: webhooks refused, at most`]: most(({ refused }) => refused),
  };
}

/** For people. */
export function render(measured: readonly Measured[], texts: number): string {
  const rows = measured.flatMap(({ case: which, ours, peer }) => [
    row(nameOf(which), "ours", ours, texts),
    ...peer.length === 0 ? [] : [row(nameOf(which), "peer", peer, texts)],
  ]);
  const head = [
    "case",
    "system",
    "acks/s",
    "last ack s",
    "last answer s",
    "last callback s",
    "missing",
    "doubled",
  ];
  return markdown([...head, "CPU ms a text"], rows);
}

function row(name: string, system: System["name"], runs: readonly Run[], texts: number): string[] {
  const seconds = (milliseconds: number) => (milliseconds / 1_000).toFixed(2);
  const callbacks = runs.map(({ lastCallbackMs }) => lastCallbackMs).filter((time) => time !== null);
  return [
    name,
    system,
    (texts / median(acks(runs)) * 1_000).toFixed(0),
    seconds(median(acks(runs))),
    seconds(median(times(runs))),
    callbacks.length === 0 ? "" : seconds(median(callbacks)),
    range(runs.map(({ missing }) => missing)),
    range(runs.map(({ doubled }) => doubled)),
    cpuOf(system, runs).map(([role, cpu]) => `${role} ${cpu.toFixed(1)}`).join(", "),
  ];
}

function range(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(most) : `${least} to ${most}`;
}
