import { Image, SendHorizontal } from "lucide-react";
import type { FormEvent, KeyboardEvent } from "react";
import { Button, IconButton } from "../ui/Button.tsx";
import { TextArea } from "../ui/Field.tsx";
import { isComposing } from "../ui/keys.ts";
import styles from "./PhoneComposer.module.css";
import type { PhoneScreenProps } from "./PhoneScreen.tsx";

/** What is worth trying, a click each. */
const QUICK: readonly { readonly label: string; readonly bodies: readonly string[] }[] = [
  { label: "Are you open on Sunday?", bodies: ["Are you open on Sunday?"] },
  { label: "Three at once", bodies: ["Hi", "I would like to come in", "Is Friday at 3 pm free?"] },
  { label: "🎉 Thank you! 🙏", bodies: ["🎉 Thank you! 🙏"] },
  { label: "STOP", bodies: ["STOP"] },
  { label: "START", bodies: ["START"] },
];

const LONGEST = 1_600;

interface Props extends Omit<PhoneScreenProps, "state"> {
  readonly disabled: boolean;
}

export function PhoneComposer({ draft, onDraft, onSend, disabled }: Props) {
  const canSend = draft.trim() !== "" && !disabled;
  function send(event?: FormEvent) {
    event?.preventDefault();
    if (!canSend) return;
    onSend([draft.trim()]);
    onDraft("");
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    send();
  }
  return (
    <form className={styles.composer} onSubmit={send} aria-label="Text from the phone">
      <div className={styles.quick} role="group" aria-label="Quick texts">
        {QUICK.map(({ label, bodies }) => (
          <Button
            key={label}
            size="sm"
            className={styles.chip}
            disabled={disabled}
            onClick={() => onSend(bodies)}
          >
            {label}
          </Button>
        ))}
      </div>
      <div className={styles.row}>
        <IconButton label="Text a picture" disabled={disabled} onClick={() => onSend([""], ["picture"])}>
          <Image size={18} />
        </IconButton>
        <TextArea
          className={styles.text}
          aria-label="Text to send"
          placeholder="Text as this phone"
          rows={1}
          maxLength={LONGEST}
          value={draft}
          onChange={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <IconButton type="submit" label="Text it" variant="primary" disabled={!canSend}>
          <SendHorizontal size={18} />
        </IconButton>
      </div>
    </form>
  );
}
