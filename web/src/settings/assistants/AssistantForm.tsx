import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { timeZones } from "../../dashboard/zones.ts";
import { Field, Input, TextArea } from "../../ui/Field.tsx";
import { Card } from "../../ui/Page.tsx";
import styles from "./Assistant.module.css";
import { Advanced } from "./Advanced.tsx";
import { type FormProps, LONGEST_PROMPT } from "./draft.ts";
import { Manners } from "./Manners.tsx";
import { ModelField } from "./ModelField.tsx";
import { Toggle } from "./Toggle.tsx";

interface Props extends FormProps {
  readonly onSubmit: () => void;
  readonly actions: ReactNode;
}

export function AssistantForm({ onSubmit, actions, ...part }: Props) {
  const form = useRef<HTMLFormElement>(null);
  // After a refused save, the first wrong field gets the focus.
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
      <Advanced {...part} />
      <div className={styles.actions}>{actions}</div>
    </form>
  );
}

function Instructions({ draft, problems, onChange }: FormProps) {
  return (
    <Card title="Instructions">
      <Toggle
        label="Active"
        hint="Switched off, the assistant answers nothing. Messages wait for a person."
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
        hint={`What the assistant does, what it knows, how it speaks. ${draft.prompt.length.toLocaleString()} of ${LONGEST_PROMPT.toLocaleString()} characters.`}
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
          hint="A tag such as en or pt-BR. Empty: the contact's language."
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
        <Field
          label="Time zone"
          hint="Of your business: the assistant is told this time. Empty: that of the number, where it is certain."
          error={problems.time_zone}
        >
          <Input
            value={draft.time_zone}
            autoComplete="off"
            spellCheck={false}
            placeholder="That of the number"
            list="time-zones"
            onChange={(event) => onChange({ time_zone: event.currentTarget.value })}
          />
        </Field>
        <datalist id="time-zones">{timeZones().map((zone) => <option key={zone} value={zone} />)}</datalist>
        <ModelField value={draft.model} error={problems.model} onChange={(model) => onChange({ model })} />
      </div>
    </Card>
  );
}

function OwnWords({ draft, problems, onChange }: FormProps) {
  return (
    <Card title="Fixed messages">
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
        hint="The assistant also answers the message that started the conversation."
        checked={draft.reply_after_first_message}
        disabled={draft.first_message.trim() === ""}
        onChange={(reply_after_first_message) => onChange({ reply_after_first_message })}
      />
      <Field
        label="Goodbye"
        hint="Sent when a conversation ends. Empty: the assistant's own words."
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
        hint="Sent once when the assistant could not reply. Empty: nothing is sent."
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
