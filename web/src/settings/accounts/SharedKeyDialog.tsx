import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { AccountToConnect } from "../../../../client/mod.ts";
import { smsOf } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";
import { messageOf } from "../../lib/errors.ts";
import { keys } from "../../lib/keys.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field, Input } from "../../ui/Field.tsx";
import { useToast } from "../../ui/Toast.tsx";
import styles from "../Settings.module.css";

interface Props {
  readonly accountSid: string;
  readonly onClose: () => void;
}

export const SHARED_KEY = /^webhooks_sharedkey_[0-9A-Za-z]{26}$/;

/** Asks for a SharedKey, whose secret leaves with the request and stays nowhere in the page. */
export function SharedKeyDialog({ accountSid, onClose }: Props) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a SharedKey"
      description="Where a Webhook Rule of your account says so, Twilio signs with a SharedKey in place of the token. Add the next key before a Rule uses it."
    >
      <SharedKeyForm accountSid={accountSid} onClose={onClose} />
    </Dialog>
  );
}

type Problems = Partial<Record<"key_id" | "secret", string>>;

function SharedKeyForm({ accountSid, onClose }: Props) {
  const { client } = useBackend();
  const queries = useQueryClient();
  const toast = useToast();
  const [problems, setProblems] = useState<Problems>({});
  const add = useMutation({
    mutationFn: (account: AccountToConnect) => smsOf(client).accounts.connect(account),
    onSuccess: async () => {
      toast({ title: "The SharedKey is stored" });
      onClose();
      await Promise.all(
        [keys.accounts, keys.numbers].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
    },
    // The secret was among its variables.
    gcTime: 0,
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const key = { key_id: text("key_id"), secret: text("secret") };
    const found: Problems = {
      ...(SHARED_KEY.test(key.key_id)
        ? {}
        : { key_id: "A SharedKey's id is webhooks_sharedkey_ and 26 letters and digits." }),
      ...(key.secret === "" ? { secret: "Twilio showed it when the key was made." } : {}),
    };
    setProblems(found);
    if (Object.keys(found).length === 0) add.mutate({ accountSid, sharedKeys: [key] });
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate autoComplete="off">
      <Field label="Id of the SharedKey" error={problems.key_id}>
        <Input name="key_id" autoComplete="off" spellCheck={false} placeholder="webhooks_sharedkey_…" />
      </Field>
      <Field
        label="Secret"
        hint="It is stored encrypted and never shown again. If it is lost, make a new key at Twilio."
        error={problems.secret}
      >
        <Input name="secret" type="password" autoComplete="off" />
      </Field>
      {add.error && <p className={styles.problem} data-tone="danger" role="alert">{messageOf(add.error)}</p>}
      <Button type="submit" variant="primary" busy={add.isPending}>Add the key</Button>
    </form>
  );
}
