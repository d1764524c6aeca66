import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../lib/errors.ts";
import { EmptyState, LoadingState } from "../ui/States.tsx";
import { Tabs } from "../ui/Tabs.tsx";
import { sendText, type Simulated, useSimulator } from "./api.ts";
import { Faults } from "./Faults.tsx";
import { PhoneScreen } from "./PhoneScreen.tsx";
import { PhonePickers } from "./PhonePickers.tsx";
import { usePhones } from "./phones.ts";
import styles from "./Simulator.module.css";
import { SwitchedOn, switchedOn } from "./SwitchedOn.tsx";
import { TallyBoard } from "./TallyBoard.tsx";

/** A phone that texts through the look-alike carrier, the faults one can switch on, and what became of every text. */
export function Simulator() {
  const [phones, addPhone] = usePhones();
  const [phone, setPhone] = useState(phones[0]?.number ?? "");
  const [number, setNumber] = useState<string | null>(null);
  const { state, connected } = useSimulator(phone, number);
  if (!state) {
    return connected ? <LoadingState label="Looking for the carrier …" /> : <Unreachable />;
  }
  if (!state.simulated) {
    return (
      <EmptyState title="There is nothing to simulate">
        This stack texts through {state.carrierUrl}: text your number from a real phone, and watch the inbox.
      </EmptyState>
    );
  }
  return (
    <>
      {!connected && <Unreachable />}
      <PhonePickers
        phones={phones}
        phone={phone}
        onPhone={setPhone}
        onAdd={(added) => {
          addPhone(added);
          setPhone(added.number);
        }}
        numbers={state.numbers.map(({ number }) => number)}
        number={state.number}
        onNumber={setNumber}
      />
      <Halves key={`${phone} ${state.number}`} state={state} phone={phone} />
      <TallyBoard tally={state.tally} />
    </>
  );
}

type Half = "phone" | "faults";

/** What is being written outlives a look at the faults. */
function Halves({ state, phone }: { readonly state: Simulated; readonly phone: string }) {
  const [half, setHalf] = useState<Half>("phone");
  const [draft, setDraft] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  // Another phone's texts, until its own have come.
  const shown = state.phone === phone ? state : { ...state, texts: [], optedOut: false };
  async function act(action: () => Promise<void>) {
    setProblem(null);
    await action().catch((error) => setProblem(messageOf(error)));
  }
  async function send(bodies: readonly string[], media: readonly "picture"[] = []) {
    for (const body of bodies) {
      await sendText({ from: phone, to: state.number ?? "", body, media: [...media] });
    }
  }
  const on = switchedOn(state).length;
  return (
    <div className={styles.halves}>
      <SwitchedOn state={state} act={act} />
      {problem && (
        <p className={styles.problem} role="alert">
          <CircleAlert size={16} aria-hidden="true" /> {problem}
        </p>
      )}
      <Tabs<Half>
        label="Phone or faults"
        value={half}
        onChange={setHalf}
        tabs={[
          {
            value: "phone",
            label: "Phone",
            content: (
              <PhoneScreen
                state={shown}
                draft={draft}
                onDraft={setDraft}
                onSend={(bodies, media) => void act(() => send(bodies, media))}
              />
            ),
          },
          {
            value: "faults",
            label: on === 0 ? "Faults" : `Faults (${on} on)`,
            content: <Faults state={state} act={act} />,
          },
        ]}
      />
    </div>
  );
}

function Unreachable() {
  return (
    <p className={styles.problem} role="alert">
      <CircleAlert size={16} aria-hidden="true" /> The local stack does not answer. Is it still running?
    </p>
  );
}
