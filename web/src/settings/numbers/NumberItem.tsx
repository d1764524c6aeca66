import { useState } from "react";
import { messageOf } from "../../lib/errors.ts";
import { displayNumber } from "../../lib/phone.ts";
import { fullTime } from "../../lib/time.ts";
import type { Assistant } from "../../lib/tenant.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { useToast } from "../../ui/Toast.tsx";
import { Confirm } from "../Confirm.tsx";
import styles from "../Settings.module.css";
import { type NumberChange, useNumberChange } from "./useNumberChanges.ts";
import { healthWords, type ListedNumber } from "./words.ts";

const NOBODY = "nobody";

interface Props {
  readonly number: ListedNumber;
  readonly assistants: readonly Assistant[];
}

/** A number: how it is, who answers on it, and what can be done about both. */
export function NumberItem({ number, assistants }: Props) {
  const [leaving, setLeaving] = useState(false);
  const change = useNumberChange();
  const toast = useToast();
  const { tone, label, explanation } = healthWords(number);
  const name = displayNumber(number.number);

  const make = (wanted: NumberChange, done: string) =>
    change.mutate(wanted, {
      onSuccess: () => {
        setLeaving(false);
        toast({ title: done });
      },
      onError: (error) => {
        setLeaving(false);
        toast({ tone: "danger", title: `${name} is not set up`, description: messageOf(error) });
      },
    });
  const choose = (assistant_id: string) => {
    if (assistant_id === NOBODY) setLeaving(true);
    else {make(
        { kind: "assign", request: { number: number.number, assistantId: assistant_id } },
        `${name} is set up`,
      );}
  };

  return (
    <li className={styles.item}>
      <div className={styles.about}>
        <p className={styles.name}>
          {name}
          <Badge tone={tone}>{label}</Badge>
        </p>
        <p className={styles.detail}>
          {number.webhook_checked_at
            ? `Twilio was asked on ${fullTime(number.webhook_checked_at)}`
            : "Twilio has not been asked yet"}
        </p>
      </div>
      <div className={styles.actions}>
        <Select
          label={`Who answers on ${name}`}
          className={styles.who}
          value={number.assistant_id ?? NOBODY}
          disabled={change.isPending}
          onChange={choose}
          options={[
            { value: NOBODY, label: "No assistant: messages wait" },
            ...assistants.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <Button
          variant={tone === "success" ? "secondary" : "primary"}
          busy={change.isPending}
          aria-label={`Repair ${name}`}
          onClick={() => make({ kind: "repair", id: number.id }, `${name} is set up`)}
        >
          Repair
        </Button>
      </div>
      {explanation && (
        <p className={styles.problem} data-tone={tone === "danger" ? "danger" : "warning"}>{explanation}</p>
      )}
      <Confirm
        open={leaving}
        onOpenChange={setLeaving}
        title={`Let nobody answer on ${name}?`}
        confirm="Unassign"
        busy={change.isPending}
        onConfirm={() => make({ kind: "unassign", id: number.id }, `Nobody answers on ${name}`)}
      >
        Texts still arrive, and wait in the inbox for a person. Nothing is changed at Twilio.
      </Confirm>
    </li>
  );
}
