import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { displayNumber } from "../lib/phone.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Field, Input } from "../ui/Field.tsx";
import { Select } from "../ui/Select.tsx";
import styles from "./PhonePickers.module.css";
import { type Phone, toNumber } from "./phones.ts";

export interface PhonePickersProps {
  readonly phones: readonly Phone[];
  readonly phone: string;
  readonly onPhone: (number: string) => void;
  readonly onAdd: (phone: Phone) => void;
  readonly numbers: readonly string[];
  readonly number: string | null;
  readonly onNumber: (number: string) => void;
}

/** Who texts, and whom. */
export function PhonePickers(props: PhonePickersProps) {
  const { phones, phone, onPhone, onAdd, numbers, number, onNumber } = props;
  const [adding, setAdding] = useState(false);
  return (
    <div className={styles.pickers}>
      <Field label="Phone">
        <div className={styles.phone}>
          <Select
            label="Phone"
            className={styles.select}
            value={phone}
            onChange={onPhone}
            options={phones.map(({ number, name }) => ({
              value: number,
              label: name === "" ? displayNumber(number) : `${name} · ${displayNumber(number)}`,
            }))}
          />
          <IconButton label="Add a phone" variant="secondary" onClick={() => setAdding(true)}>
            <Plus size={18} />
          </IconButton>
        </div>
      </Field>
      <Field label="Texts to">
        <Select
          label="Texts to"
          className={styles.select}
          value={number ?? ""}
          onChange={onNumber}
          placeholder="The carrier has no number"
          options={numbers.map((value) => ({ value, label: displayNumber(value) }))}
        />
      </Field>
      <AddPhone open={adding} onOpenChange={setAdding} onAdd={onAdd} />
    </div>
  );
}

interface AddPhoneProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onAdd: (phone: Phone) => void;
}

function AddPhone({ open, onOpenChange, onAdd }: AddPhoneProps) {
  const [problem, setProblem] = useState<string | null>(null);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const number = toNumber(String(form.get("number")));
    if (number === null) return setProblem("Write it with the country code, such as +1 415 555 0103.");
    onAdd({ number, name: String(form.get("name")).trim() });
    setProblem(null);
    onOpenChange(false);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Add a phone"
      description="Any number will do: no text leaves this machine."
    >
      <form id="add-phone" className={styles.form} onSubmit={submit}>
        <Field label="Number" error={problem}>
          <Input name="number" type="tel" autoComplete="off" placeholder="+1 415 555 0103" required />
        </Field>
        <Field label="Name" hint="If you like: it is shown here only.">
          <Input name="name" autoComplete="off" />
        </Field>
        <Button type="submit" variant="primary">Add</Button>
      </form>
    </Dialog>
  );
}
