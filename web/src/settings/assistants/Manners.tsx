import { Field, Input } from "../../ui/Field.tsx";
import { Card } from "../../ui/Page.tsx";
import { Select } from "../../ui/Select.tsx";
import styles from "./Assistant.module.css";
import type { FormProps } from "./draft.ts";

const SPANS = [
  { value: "1 hours", label: "1 hour" },
  { value: "4 hours", label: "4 hours" },
  { value: "12 hours", label: "12 hours" },
  { value: "24 hours", label: "24 hours" },
  { value: "72 hours", label: "3 days" },
  { value: "168 hours", label: "7 days" },
  { value: "720 hours", label: "30 days" },
];

/** How long it waits, writes and remembers. */
export function Manners({ draft, problems, onChange }: FormProps) {
  const { idle_timeout } = draft;
  const known = SPANS.some(({ value }) => value === idle_timeout);
  return (
    <Card title="Manners">
      <div className={styles.pair}>
        <Field
          label="Reply delay, in seconds"
          hint="Messages that arrive within this time get one reply. 0 to 15."
          error={problems.reply_delay_ms}
        >
          <Input
            inputMode="decimal"
            value={draft.reply_delay_ms}
            onChange={(event) => onChange({ reply_delay_ms: event.currentTarget.value })}
          />
        </Field>
        <Field
          label="Longest reply, in segments"
          hint="Each is charged: about 150 plain characters, or 67 with emoji. 1 to 10."
          error={problems.max_segments}
        >
          <Input
            inputMode="numeric"
            value={draft.max_segments}
            onChange={(event) => onChange({ max_segments: event.currentTarget.value })}
          />
        </Field>
        <Field
          label="History, in texts"
          hint="How many messages the assistant reads before it answers. 1 to 50."
          error={problems.max_history}
        >
          <Input
            inputMode="numeric"
            value={draft.max_history}
            onChange={(event) => onChange({ max_history: event.currentTarget.value })}
          />
        </Field>
        <Field
          label="New conversation after"
          hint="After this much silence, the next message starts a new conversation."
          error={problems.idle_timeout}
        >
          <Select
            value={idle_timeout}
            onChange={(idle_timeout) => onChange({ idle_timeout })}
            options={known ? SPANS : [{ value: idle_timeout, label: idle_timeout }, ...SPANS]}
          />
        </Field>
      </div>
    </Card>
  );
}
