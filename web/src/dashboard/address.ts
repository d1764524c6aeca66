import { type Filter, type Preset, PRESETS, type Range } from "./range.ts";

// What the figures are about, as the address says it: days=30, or from=…&to=…; zone, number, assistant.

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ID = /^[0-9a-f-]{36}$/;

/** @param ownZone of who looks, where the address names none */
export function filterIn(params: URLSearchParams, ownZone: string): Filter {
  const zone = params.get("zone");
  return {
    range: rangeIn(params),
    timeZone: zone !== null && isZone(zone) ? zone : ownZone,
    numberId: idIn(params, "number"),
    assistantId: idIn(params, "assistant"),
  };
}

/** What the usual one is, the address does not say. */
export function addressOf(
  { range, timeZone, numberId, assistantId }: Filter,
  ownZone: string,
) {
  const days = typeof range === "string" ? null : range;
  return {
    days: typeof range === "string" && range !== USUAL ? range : null,
    from: days?.from ?? null,
    to: days?.to ?? null,
    zone: timeZone === ownZone ? null : timeZone,
    number: numberId,
    assistant: assistantId,
  };
}

const USUAL: Preset = "30";

function rangeIn(params: URLSearchParams): Range {
  const [from, to] = [params.get("from"), params.get("to")];
  // A day that is being typed is empty for a moment.
  if (
    from !== null && to !== null &&
    [from, to].every((day) => day === "" || DAY.test(day))
  ) return { from, to };
  return PRESETS.find((preset) => preset === params.get("days")) ?? USUAL;
}

function idIn(params: URLSearchParams, name: string): string | null {
  const id = params.get(name);
  return id !== null && ID.test(id) ? id : null;
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}
