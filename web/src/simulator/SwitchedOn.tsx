import { Zap } from "lucide-react";
import { Badge } from "../ui/Badge.tsx";
import { Button } from "../ui/Button.tsx";
import { killProcess, setSwitches, type Simulated } from "./api.ts";
import styles from "./SwitchedOn.module.css";

/** What is broken on purpose, in words. */
export function switchedOn({ switches, doomed }: Simulated): string[] {
  return [
    switches.slowModelSeconds > 0 && `Slow model: ${switches.slowModelSeconds} s`,
    switches.modelFails && "Model fails",
    switches.carrierDown && "Carrier down",
    switches.duplicateWebhooks && "Webhooks ×3",
    switches.reportsLost && "Reports lost",
    doomed.includes("sms-worker") && "Worker will be killed",
    doomed.includes("sms-webhook") && "Webhook will be killed",
  ].filter((words) => words !== false);
}

const SWITCHES_OFF = {
  slowModelSeconds: 0,
  modelFails: false,
  carrierDown: false,
  duplicateWebhooks: false,
  reportsLost: false,
} as const;

async function allOff({ doomed }: Simulated): Promise<void> {
  await setSwitches(SWITCHES_OFF);
  for (const process of doomed) await killProcess({ process, when: "never" });
}

interface Props {
  readonly state: Simulated;
  readonly act: (action: () => Promise<void>) => Promise<void>;
}

/** So that nobody wonders later why nothing arrives. */
export function SwitchedOn({ state, act }: Props) {
  const on = switchedOn(state);
  return (
    <div className={styles.on} role="status">
      {on.map((words) => <Badge key={words} tone="warning" icon={<Zap size={12} />}>{words}</Badge>)}
      {on.length > 0 && (
        <Button
          size="sm"
          variant="ghost"
          onClick={() => void act(() => allOff(state))}
        >
          All off
        </Button>
      )}
    </div>
  );
}
