import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Account, AccountToConnect, ConnectRequest } from "../../../../client/mod.ts";
import { smsOf } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";
import { messageOf } from "../../lib/errors.ts";
import { keys } from "../../lib/keys.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field, Input } from "../../ui/Field.tsx";
import { useToast } from "../../ui/Toast.tsx";
import styles from "../Settings.module.css";
import { SHARED_KEY } from "./SharedKeyDialog.tsx";

interface Props {
  /** Whose token is renewed; null for an account that is new here. */
  readonly account: Account | null;
  readonly onClose: () => void;
}

/** Asks for an account and its token, which leaves with the request and stays nowhere in the page. */
export function ConnectDialog({ account, onClose }: Props) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={account ? "Renew the token" : "Connect a Twilio account"}
      description="You find both on the first page of the Twilio console. We check them with Twilio and store the token encrypted."
    >
      <ConnectForm account={account} onClose={onClose} />
    </Dialog>
  );
}

const SID = /^AC[0-9a-f]{32}$/;
const API_KEY = /^SK[0-9a-f]{32}$/;
const TRUNK = /^TK[0-9a-f]{32}$/;

type Problems = Partial<
  Record<"account_sid" | "auth_token" | "api_key" | "shared_key" | "trunk_sid", string>
>;

function problemsOf(
  { account_sid, auth_token, api_key, shared_keys = [], trunk_sid }: ConnectRequest,
): Problems {
  const [key] = shared_keys;
  return {
    ...(SID.test(account_sid) ? {} : {
      account_sid: account_sid.startsWith("SK")
        ? "This is an API key. We need the account's own SID, which begins with AC."
        : "An account SID is AC and 32 digits or letters from a to f.",
    }),
    ...(!auth_token && !api_key
      ? { auth_token: "Copy it from the Twilio console, or give an API key and a SharedKey below." }
      : {}),
    ...(api_key && !(API_KEY.test(api_key.sid) && api_key.secret)
      ? { api_key: "An API key is its SID, SK and 32 digits or letters from a to f, and its secret." }
      : {}),
    ...(key && !(SHARED_KEY.test(key.key_id) && key.secret)
      ? { shared_key: "A SharedKey is its id, which begins with webhooks_sharedkey_, and its secret." }
      : {}),
    ...(trunk_sid && !TRUNK.test(trunk_sid)
      ? { trunk_sid: "A trunk's SID is TK and 32 digits or letters from a to f." }
      : {}),
  };
}

const accountOf = (request: ConnectRequest): AccountToConnect => {
  const { account_sid, auth_token, api_key, shared_keys, trunk_sid, label } = request;
  return {
    accountSid: account_sid,
    ...(auth_token === undefined ? {} : { authToken: auth_token }),
    ...(api_key === undefined ? {} : { apiKey: api_key }),
    ...(shared_keys === undefined ? {} : { sharedKeys: shared_keys }),
    ...(trunk_sid === undefined ? {} : { trunkSid: trunk_sid }),
    ...(label === undefined ? {} : { label }),
  };
};

function ConnectForm({ account, onClose }: Props) {
  const { client } = useBackend();
  const queries = useQueryClient();
  const toast = useToast();
  const [problems, setProblems] = useState<Problems>({});
  const connect = useMutation({
    mutationFn: (request: ConnectRequest) => smsOf(client).accounts.connect(accountOf(request)),
    onSuccess: async () => {
      toast({ title: account ? "The token is renewed" : "The account is connected" });
      onClose();
      await queries.invalidateQueries({ queryKey: keys.accounts });
    },
    // The token was among its variables.
    gcTime: 0,
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const request: ConnectRequest = {
      account_sid: account?.account_sid ?? text("account_sid"),
      ...(text("auth_token") ? { auth_token: text("auth_token") } : {}),
      ...(text("api_key_sid") || text("api_key_secret")
        ? { api_key: { sid: text("api_key_sid"), secret: text("api_key_secret") } }
        : {}),
      ...(text("key_id") || text("key_secret")
        ? { shared_keys: [{ key_id: text("key_id"), secret: text("key_secret") }] }
        : {}),
      trunk_sid: text("trunk_sid") || null,
      label: text("label"),
    };
    const found = problemsOf(request);
    setProblems(found);
    if (Object.keys(found).length === 0) connect.mutate(request);
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate autoComplete="off">
      <Field label="Account SID" error={problems.account_sid}>
        <Input
          name="account_sid"
          defaultValue={account?.account_sid}
          readOnly={account !== null}
          autoComplete="off"
          spellCheck={false}
          placeholder="AC…"
        />
      </Field>
      <Field label="Auth token" hint="It is never shown again." error={problems.auth_token}>
        <Input name="auth_token" type="password" autoComplete="off" />
      </Field>
      <details className={styles.more}>
        <summary>With an API key in place of the token</summary>
        <p className={styles.detail}>
          The key asks Twilio: a Restricted one needs messages, media, incoming phone numbers and Messaging
          Services. The SharedKey of a Webhook Rule signs the texts that come in.
        </p>
        <Field label="API key" error={problems.api_key}>
          <Input name="api_key_sid" autoComplete="off" spellCheck={false} placeholder="SK…" />
        </Field>
        <Field label="Secret of the API key">
          <Input name="api_key_secret" type="password" autoComplete="off" />
        </Field>
        <Field label="SharedKey" error={problems.shared_key}>
          <Input name="key_id" autoComplete="off" spellCheck={false} placeholder="webhooks_sharedkey_…" />
        </Field>
        <Field label="Secret of the SharedKey">
          <Input name="key_secret" type="password" autoComplete="off" />
        </Field>
      </details>
      <Field
        label="Main trunk (optional)"
        hint="If you have a SIP trunk for calls, its SID: numbers are attached to it."
        error={problems.trunk_sid}
      >
        <Input
          name="trunk_sid"
          defaultValue={account?.trunk_sid ?? ""}
          autoComplete="off"
          spellCheck={false}
          placeholder="TK…"
        />
      </Field>
      <Field label="Label (optional)" hint="Your own name for it.">
        <Input name="label" defaultValue={account?.label ?? ""} autoComplete="off" maxLength={200} />
      </Field>
      {connect.error && (
        <p className={styles.problem} data-tone="danger" role="alert">{messageOf(connect.error)}</p>
      )}
      <Button type="submit" variant="primary" busy={connect.isPending}>
        {account ? "Renew the token" : "Connect"}
      </Button>
    </form>
  );
}
