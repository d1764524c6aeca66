import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { Field, Input, TextArea } from "../../ui/Field.tsx";
import { Card } from "../../ui/Page.tsx";
import { Select } from "../../ui/Select.tsx";
import { Switch } from "../../ui/Switch.tsx";
import styles from "./Assistant.module.css";
import { type Draft, LONGEST_PROMPT, type Problems } from "./draft.ts";
import { ModelField } from "./ModelField.tsx";

interface Props {
  readonly draft: Draft;
  readonly problems: Problems;
  readonly onChange: (changes: Partial<Draft>) => void;
  readonly onSubmit: () => void;
  readonly actions: ReactNode;
}

type PartProps = Pick<Props, "draft" | "problems" | "onChange">;

export function AssistantForm({ onSubmit, actions, ...part }: Props) {
  const form = useRef<HTMLFormElement>(null);
  // Whoever saved something wrong is taken to it.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [part.problems]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className={styles.form} ref={form} onSubmit={submit} noValidate aria-label="Assistant">
      <Instructions {...part} />
      <OwnWords {...part} />
      <Manners {...part} />
      <div className={styles.actions}>{actions}</div>
    </form>
  );
}

function Instructions({ draft, problems, onChange }: PartProps) {
  return (
    <Card title="Instructions">
      <Toggle
        label="Active"
        hint="Switched off, it answers nothing: texts wait for a person."
        checked={draft.active}
        onChange={(active) => onChange({ active })}
      />
      <Field label="Name" hint="It introduces itself by this name." error={problems.name}>
        <Input
          dir="auto"
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
      </Field>
      <Field
        label="Prompt"
        hint={`What it is for, what it knows, how it speaks. ${draft.prompt.length.toLocaleString()} of ${LONGEST_PROMPT.toLocaleString()} characters.`}
        error={problems.prompt}
      >
        <TextArea
          rows={12}
          value={draft.prompt}
          onChange={(event) => onChange({ prompt: event.currentTarget.value })}
        />
      </Field>
      <div className={styles.pair}>
        <Field
          label="Language"
          hint="A tag such as en or pt-BR. Empty: whatever the contact writes in."
          error={problems.language}
        >
          <Input
            value={draft.language}
            autoComplete="off"
            spellCheck={false}
            placeholder="The contact's"
            onChange={(event) => onChange({ language: event.currentTarget.value })}
          />
        </Field>
        <ModelField value={draft.model} error={problems.model} onChange={(model) => onChange({ model })} />
      </div>
    </Card>
  );
}

function OwnWords({ draft, problems, onChange }: PartProps) {
  return (
    <Card title="Texts that are sent word for word">
      <Field
        label="First message"
        hint="Greets a contact in their first conversation. Empty: the assistant answers at once."
        error={problems.first_message}
      >
        <TextArea
          value={draft.first_message}
          onChange={(event) => onChange({ first_message: event.currentTarget.value })}
        />
      </Field>
      <Toggle
        label="Answer after the first message"
        hint="Beside the greeting, the text that began the conversation is answered too."
        checked={draft.reply_after_first_message}
        disabled={draft.first_message.trim() === ""}
        onChange={(reply_after_first_message) => onChange({ reply_after_first_message })}
      />
      <Field
        label="Goodbye"
        hint="Sent when a conversation ends. Empty: in the assistant's own words."
        error={problems.goodbye_message}
      >
        <TextArea
          rows={2}
          value={draft.goodbye_message}
          onChange={(event) => onChange({ goodbye_message: event.currentTarget.value })}
        />
      </Field>
      <Field
        label="Error message"
        hint="Sent once when no answer could be made. Empty: nothing is sent."
        error={problems.error_message}
      >
        <TextArea
          rows={2}
          value={draft.error_message}
          onChange={(event) => onChange({ error_message: event.currentTarget.value })}
        />
      </Field>
    </Card>
  );
}

const SPANS = [
  { value: "1 hours", label: "1 hour" },
  { value: "4 hours", label: "4 hours" },
  { value: "12 hours", label: "12 hours" },
  { value: "24 hours", label: "24 hours" },
  { value: "72 hours", label: "3 days" },
  { value: "168 hours", label: "7 days" },
  { value: "720 hours", label: "30 days" },
];

function Manners({ draft, problems, onChange }: PartProps) {
  const { idle_timeout } = draft;
  const known = SPANS.some(({ value }) => value === idle_timeout);
  return (
    <Card title="Manners">
      <div className={styles.pair}>
        <Field
          label="Reply delay, in seconds"
          hint="Several texts within it get one answer. 0 to 15."
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
          hint="How much of the conversation it reads before it answers. 1 to 50."
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
          hint="Silence for so long, and the next text begins afresh."
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

interface ToggleProps {
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Toggle({ label, hint, checked, disabled = false, onChange }: ToggleProps) {
  return (
    <div className={styles.toggle}>
      <Switch label={label} checked={checked} disabled={disabled} onChange={onChange} />
      <div>
        <p className={styles.toggleLabel} aria-hidden="true">{label}</p>
        <p className={styles.toggleHint}>{hint}</p>
      </div>
    </div>
  );
}
