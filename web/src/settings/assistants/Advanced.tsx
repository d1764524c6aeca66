import { Field, Input } from "../../ui/Field.tsx";
import { Card } from "../../ui/Page.tsx";
import { Select } from "../../ui/Select.tsx";
import styles from "./Assistant.module.css";
import type { Draft, FormProps } from "./draft.ts";
import { Toggle } from "./Toggle.tsx";

const EFFORTS: readonly { value: Draft["reasoning_effort"]; label: string }[] = [
  { value: "none", label: "Answers at once" },
  { value: "minimal", label: "As little as it can" },
  { value: "low", label: "A little" },
  { value: "medium", label: "Some" },
  { value: "high", label: "A lot" },
  { value: "xhigh", label: "As much as it can" },
];

const VERBOSITIES: readonly { value: Draft["verbosity"]; label: string }[] = [
  { value: "low", label: "Brief" },
  { value: "medium", label: "Usual" },
  { value: "high", label: "Detailed" },
];

/** What depends on the model. A model that cannot be told is asked without. */
export function Advanced({ draft, problems, onChange }: FormProps) {
  return (
    <Card title="Advanced">
      <Toggle
        label="Look at photos"
        hint="The model sees the photos of a contact's latest messages. For models that read images; costs more."
        checked={draft.reads_images}
        onChange={(reads_images) => onChange({ reads_images })}
      />
      <div className={styles.pair}>
        <Field
          label="Thinking before it answers"
          hint="For models that reason. More is slower and costs more."
          error={problems.reasoning_effort}
        >
          <Select
            value={draft.reasoning_effort}
            onChange={(reasoning_effort) => onChange({ reasoning_effort })}
            options={EFFORTS}
          />
        </Field>
        <Field
          label="Wording"
          hint="How much it says, for models that can be told. Brief suits text messages."
          error={problems.verbosity}
        >
          <Select
            value={draft.verbosity}
            onChange={(verbosity) => onChange({ verbosity })}
            options={VERBOSITIES}
          />
        </Field>
        <Field
          label="Temperature"
          hint="0: much the same answer each time; 2: the most varied. Empty: the model's own, as always for models that take none or that think first."
          error={problems.temperature}
        >
          <Input
            inputMode="decimal"
            value={draft.temperature}
            onChange={(event) => onChange({ temperature: event.currentTarget.value })}
          />
        </Field>
      </div>
    </Card>
  );
}
