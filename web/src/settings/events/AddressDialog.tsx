import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useBackend } from "../../lib/backend.ts";
import { messageOf } from "../../lib/errors.ts";
import { keys } from "../../lib/keys.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field, Input } from "../../ui/Field.tsx";
import styles from "../Settings.module.css";
import { saveEndpoint } from "./api.ts";

/** Asks for an address, then shows its secret: once. */
export function AddressDialog({ onClose }: { readonly onClose: () => void }) {
  const { client } = useBackend();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: (url: string) => saveEndpoint(client, { url }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.events }),
    // The secret is in its answer.
    gcTime: 0,
  });
  if (add.data?.secret) return <SecretDialog secret={add.data.secret} onClose={onClose} />;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate(String(new FormData(event.currentTarget).get("url") ?? "").trim());
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add an address"
      description="Your server gets a POST for each event, signed as Standard Webhooks says, and answers 2xx within ten seconds."
    >
      <form className={styles.form} onSubmit={submit} noValidate autoComplete="off">
        <Field label="Address" error={add.error && messageOf(add.error)}>
          <Input name="url" type="url" spellCheck={false} placeholder="https://example.com/hooks/sms" />
        </Field>
        <Button type="submit" variant="primary" busy={add.isPending}>Add the address</Button>
      </form>
    </Dialog>
  );
}

export function SecretDialog({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Copy the secret now"
      description="Your server verifies the signature with it. It is not shown again; if it is lost, make a new one."
      actions={<Button variant="primary" onClick={onClose}>I have copied it</Button>}
    >
      <Field label="Secret">
        <Input
          className={styles.mono}
          readOnly
          value={secret}
          onFocus={(event) => event.currentTarget.select()}
        />
      </Field>
    </Dialog>
  );
}
