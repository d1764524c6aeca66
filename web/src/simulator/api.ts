import { useEffect, useState } from "react";
import type {
  KillRequest,
  SimulatorState,
  SwitchesRequest,
  TextRequest,
} from "../../../local/simulator/contract.ts";
import { errorOfResponse, SmsError } from "../../../client/mod.ts";

export type {
  KillRequest,
  PhoneText,
  Simulated,
  SimulatorState,
  SwitchesRequest,
  SwitchesState,
  Tally,
  TextRequest,
} from "../../../local/simulator/contract.ts";

// The local stack's own API, at the address that this page came from.

export const PICTURE_URL = "./_simulator/picture";

export const sendText = (text: TextRequest): Promise<void> => post("texts", text);
export const setSwitches = (changes: SwitchesRequest): Promise<void> => post("switches", changes);
export const killProcess = (kill: KillRequest): Promise<void> => post("kills", kill);

/** @throws SmsError */
async function post(path: string, body: unknown): Promise<void> {
  const response = await fetch(`./_simulator/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (!response) throw new SmsError("UNREACHABLE", 0, "The local stack does not answer.");
  if (!response.ok) throw await errorOfResponse(response);
}

export interface Watched {
  /** Null until it is known. */
  readonly state: SimulatorState | null;
  /** False while the stack does not answer. */
  readonly connected: boolean;
}

/** What the carrier has for a phone and a number (null: the carrier's first one), as it changes. */
export function useSimulator(phone: string, number: string | null): Watched {
  const [state, setState] = useState<SimulatorState | null>(null);
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const query = new URLSearchParams({ phone, ...number === null ? {} : { number } });
    const source = new EventSource(`./_simulator/events?${query}`);
    source.onopen = () => setConnected(true);
    // It connects again by itself.
    source.onerror = () => setConnected(false);
    source.onmessage = ({ data }) => setState(JSON.parse(data));
    return () => source.close();
  }, [phone, number]);
  return { state, connected };
}
