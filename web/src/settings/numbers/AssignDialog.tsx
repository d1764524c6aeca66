import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { smsOf } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";
import { messageOf } from "../../lib/errors.ts";
import { displayNumber } from "../../lib/phone.ts";
import type { Assistant } from "../../lib/tenant.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field, Input } from "../../ui/Field.tsx";
import { Select } from "../../ui/Select.tsx";
import { useToast } from "../../ui/Toast.tsx";
import styles from "../Settings.module.css";
import { UNASSIGNED, useNumberChange } from "./useNumberChanges.ts";

interface Props {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly assistants: readonly Assistant[];
}

export function AssignDialog({ open, onOpenChange, assistants }: Props) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Add a number"
      description="One of your Twilio account. Its webhook is set up for you."
    >
      {assistants.length === 0
        ? <p className={styles.problem}>Create an assistant first.</p>
        : <AssignForm assistants={assistants} onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

const TYPED = "typed";

function AssignForm({ assistants, onDone }: Pick<Props, "assistants"> & { readonly onDone: () => void }) {
  const unassigned = useUnassigned();
  const [chosen, setChosen] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const [assistantId, setAssistantId] = useState(assistants[0]?.id ?? "");
  const change = useNumberChange();
  const toast = useToast();
  const offered = unassigned.data?.numbers.filter(({ can_text }) => can_text) ?? [];
  const choice = chosen ?? offered[0]?.number ?? TYPED;
  const number = choice === TYPED ? typed.replace(/[\s().-]/g, "") : choice;

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate({ kind: "assign", request: { number, assistantId } }, {
      onSuccess: () => {
        toast({ title: `${displayNumber(number)} is set up` });
        onDone();
      },
    });
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label="Number" hint={hintOf(unassigned)}>
        <Select
          value={choice}
          onChange={setChosen}
          disabled={unassigned.isPending}
          options={[
            ...offered.map(({ number }) => ({ value: number, label: displayNumber(number) })),
            { value: TYPED, label: unassigned.isPending ? "Asking Twilio …" : "Another number" },
          ]}
        />
      </Field>
      {choice === TYPED && (
        <Field label="The number" hint="With the country code, such as +1 415 555 0101.">
          <Input
            type="tel"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </Field>
      )}
      <Field label="Who answers">
        <Select
          value={assistantId}
          onChange={setAssistantId}
          options={assistants.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Field>
      {change.error && (
        <p className={styles.problem} data-tone="danger" role="alert">{messageOf(change.error)}</p>
      )}
      <Button
        type="submit"
        variant="primary"
        busy={change.isPending}
        disabled={number === ""}
      >
        Add the number
      </Button>
    </form>
  );
}

function useUnassigned() {
  const { client } = useBackend();
  return useQuery({
    queryKey: UNASSIGNED,
    queryFn: ({ signal }) => smsOf(client).numbers.unassigned({ signal }),
    retry: false,
  });
}

/** Why a number may be missing from the list. */
function hintOf({ data, error }: ReturnType<typeof useUnassigned>): string {
  if (error) return `Twilio could not be reached: ${messageOf(error)} Type the number instead.`;
  if (!data) return "Looking for numbers without an assistant at Twilio.";
  const [away] = data.unavailable;
  if (away) return `Some may be missing: ${away.message}`;
  if (data.more) return "Not all numbers are listed. Type the one you want.";
  const silent = data.numbers.length - data.numbers.filter(({ can_text }) => can_text).length;
  if (silent > 0) return `${silent} of your numbers take calls only and are left out.`;
  return "Numbers of your Twilio account that have no assistant yet.";
}
