import { type ReactNode, useId } from "react";
import { Button } from "../ui/Button.tsx";
import { Select } from "../ui/Select.tsx";
import { Switch } from "../ui/Switch.tsx";
import { killProcess, type KillRequest, setSwitches, type Simulated, type SwitchesState } from "./api.ts";
import styles from "./Faults.module.css";

interface Props {
  readonly state: Simulated;
  readonly act: (action: () => Promise<void>) => Promise<void>;
}

type Toggle = Exclude<keyof SwitchesState, "slowModelSeconds">;

const TOGGLES: readonly { readonly name: Toggle; readonly title: string; readonly watch: string }[] = [
  {
    name: "carrierDown",
    title: "Carrier down",
    watch:
      "Phones still send. Replies wait in the inbox as “Sending”, and each leaves once when the carrier is up again.",
  },
  {
    name: "duplicateWebhooks",
    title: "Duplicate webhooks",
    watch:
      "Every message and every delivery report arrives three times at once. It is stored once and answered once.",
  },
  {
    name: "reportsLost",
    title: "Delivery reports lost",
    watch:
      "Replies reach the phone, but no report comes back. The inbox shows “Sending” until the worker asks the carrier, ten minutes later.",
  },
  {
    name: "modelFails",
    title: "Model fails",
    watch:
      "The worker tries again, each time after a longer wait. After the fifth try the contact gets the assistant's error message, once.",
  },
];

const SECONDS = ["0", "5", "15", "30"] as const;
const seconds = SECONDS.map((value) => ({ value, label: value === "0" ? "Off" : `${value} seconds` }));

/** What can be broken, with what to watch then. */
export function Faults({ state, act }: Props) {
  const { switches, otherModelUrl, leaseSeconds, doomed } = state;
  const slow = SECONDS.find((value) => value === String(switches.slowModelSeconds)) ?? "0";
  const set = (changes: Partial<SwitchesState>) => void act(() => setSwitches(changes));
  const kill = (process: KillRequest["process"], when: KillRequest["when"]) =>
    void act(() => killProcess({ process, when }));
  return (
    <div className={styles.faults} role="group" aria-label="Faults" tabIndex={0}>
      <Fault
        title="Slow model"
        watch="Every reply takes longer. Write twice meanwhile: both messages get one reply. After 20 seconds the worker asks the model again."
        control={
          <Select
            label="Slow model"
            className={styles.seconds}
            value={slow}
            options={seconds}
            onChange={(value) => set({ slowModelSeconds: Number(value) })}
            disabled={otherModelUrl !== null}
          />
        }
      />
      {TOGGLES.map(({ name, title, watch }) => (
        <Fault
          key={name}
          title={title}
          watch={watch}
          control={
            <Switch
              label={title}
              checked={switches[name]}
              onChange={(on) => set({ [name]: on })}
              disabled={name === "modelFails" && otherModelUrl !== null}
            />
          }
        />
      ))}
      <Fault
        title="Kill the worker"
        watch={`Kills the worker after the model has answered and before the reply is stored. Another worker takes over when the lease ends, in ${leaseSeconds} seconds. One answer leaves.`}
      >
        <Button size="sm" variant="danger" onClick={() => kill("sms-worker", "now")}>Now</Button>
        <Button
          size="sm"
          disabled={doomed.includes("sms-worker")}
          onClick={() => kill("sms-worker", "next")}
        >
          In its next answer
        </Button>
      </Fault>
      <Fault
        title="Kill the webhook"
        watch="Kills the webhook after the next message is stored and before the carrier gets its answer. The carrier calls again. The message is still stored once."
      >
        <Button size="sm" variant="danger" onClick={() => kill("sms-webhook", "now")}>Now</Button>
        <Button
          size="sm"
          disabled={doomed.includes("sms-webhook")}
          onClick={() => kill("sms-webhook", "next")}
        >
          Under the next text
        </Button>
      </Fault>
    </div>
  );
}

interface FaultProps {
  readonly title: string;
  readonly watch: string;
  /** Beside the title. */
  readonly control?: ReactNode;
  /** Below the sentence. */
  readonly children?: ReactNode;
}

function Fault({ title, watch, control, children }: FaultProps) {
  const id = useId();
  return (
    <section className={styles.fault} role="group" aria-labelledby={id} aria-describedby={`${id}-watch`}>
      <div className={styles.head}>
        <h3 id={id} className={styles.title}>{title}</h3>
        {control}
      </div>
      <p id={`${id}-watch`} className={styles.watch}>{watch}</p>
      {children && <div className={styles.buttons}>{children}</div>}
    </section>
  );
}
