import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, PlugZap, Unplug } from "lucide-react";
import { useState } from "react";
import type { Account } from "../../../../client/mod.ts";
import { smsOf } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";
import { messageOf } from "../../lib/errors.ts";
import { keys } from "../../lib/keys.ts";
import { fullTime, shortTime } from "../../lib/time.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { EmptyState, ErrorState, LoadingState } from "../../ui/States.tsx";
import { useToast } from "../../ui/Toast.tsx";
import { Confirm } from "../Confirm.tsx";
import styles from "../Settings.module.css";
import { ConnectDialog } from "./ConnectDialog.tsx";
import { SharedKeyDialog } from "./SharedKeyDialog.tsx";

export function Accounts() {
  const { client } = useBackend();
  const [connecting, setConnecting] = useState<Account | "new" | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: keys.accounts,
    queryFn: ({ signal }) => smsOf(client).accounts.list({ signal }),
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const connect = (
    <Button variant="primary" icon={<PlugZap size={18} />} onClick={() => setConnecting("new")}>
      Connect an account
    </Button>
  );
  return (
    <div className={styles.stack}>
      {data.length === 0
        ? (
          <EmptyState icon={<PlugZap size={28} />} title="No Twilio account is connected" action={connect}>
            Connect yours to text from its numbers. The token is stored encrypted and never shown again.
          </EmptyState>
        )
        : (
          <>
            <div className={styles.bar}>
              <p className={styles.lead}>
                Texts of your numbers go through these accounts, and Twilio charges them.
              </p>
              {connect}
            </div>
            <ul className={styles.list}>
              {data.map((account) => (
                <Item
                  key={account.id}
                  account={account}
                  onRenew={() => setConnecting(account)}
                />
              ))}
            </ul>
          </>
        )}
      {connecting !== null && (
        <ConnectDialog
          account={connecting === "new" ? null : connecting}
          onClose={() => setConnecting(null)}
        />
      )}
    </div>
  );
}

function Item({ account, onRenew }: { readonly account: Account; readonly onRenew: () => void }) {
  const [leaving, setLeaving] = useState(false);
  const [adding, setAdding] = useState(false);
  const name = account.label ?? account.account_sid;
  const connected = account.disconnected_at === null;
  return (
    <li className={styles.item}>
      <div className={styles.about}>
        <p className={styles.name}>
          <span dir="auto">{account.label ?? "Twilio account"}</span>
          {connected
            ? <Badge tone="success">Connected</Badge>
            : <Badge>Disconnected {shortTime(account.disconnected_at ?? "")}</Badge>}
        </p>
        <p className={cx(styles.detail, styles.mono)}>{account.account_sid}</p>
        {account.api_key_sid && (
          <p className={styles.detail}>Twilio is asked with the API key {account.api_key_sid}</p>
        )}
        {account.previous_until && (
          <p className={styles.detail}>
            The token before this one counts until{" "}
            {fullTime(account.previous_until)}: promote the new one at Twilio
          </p>
        )}
        {account.shared_keys.map(({ key_id }) => (
          <SharedKey key={key_id} accountSid={account.account_sid} keyId={key_id} />
        ))}
        {account.trunk_sid && <p className={styles.detail}>Main trunk {account.trunk_sid}</p>}
      </div>
      <div className={styles.actions}>
        <Button
          aria-label={`${connected ? "Renew the token of" : "Connect again"} ${name}`}
          onClick={onRenew}
        >
          {connected ? "Renew token" : "Connect again"}
        </Button>
        {connected && (
          <Button
            icon={<KeyRound size={18} />}
            aria-label={`Add a SharedKey to ${name}`}
            onClick={() => setAdding(true)}
          >
            Add SharedKey
          </Button>
        )}
        {connected && (
          <Button
            icon={<Unplug size={18} />}
            aria-label={`Disconnect ${name}`}
            onClick={() => setLeaving(true)}
          >
            Disconnect
          </Button>
        )}
      </div>
      {account.credentials_unreadable && (
        <p className={styles.problem} data-tone="danger">
          What was stored of this account cannot be read any more: no text is sent, and none is accepted.
          Connect it again.
        </p>
      )}
      {account.webhooks_refused.map(({ reason, key_id, message }) => (
        <p key={`${reason} ${key_id}`} className={styles.problem} data-tone="danger">{message}</p>
      ))}
      {adding && <SharedKeyDialog accountSid={account.account_sid} onClose={() => setAdding(false)} />}
      <Disconnect account={account} open={leaving} onOpenChange={setLeaving} />
    </li>
  );
}

/** A key that may sign webhooks, and how it is forgotten. */
function SharedKey({ accountSid, keyId }: { readonly accountSid: string; readonly keyId: string }) {
  const { client } = useBackend();
  const queries = useQueryClient();
  const toast = useToast();
  const [leaving, setLeaving] = useState(false);
  const remove = useMutation({
    mutationFn: () => smsOf(client).accounts.removeSharedKey(accountSid, keyId),
    onSuccess: async () => {
      setLeaving(false);
      toast({ title: "The SharedKey is forgotten" });
      await queries.invalidateQueries({ queryKey: keys.accounts });
    },
    onError: (error) =>
      toast({ tone: "danger", title: "Nothing was removed", description: messageOf(error) }),
  });
  return (
    <p className={styles.detail}>
      May sign: <span className={styles.mono}>{keyId}</span>{" "}
      <Button aria-label={`Forget the SharedKey ${keyId}`} onClick={() => setLeaving(true)}>Forget</Button>
      <Confirm
        open={leaving}
        onOpenChange={setLeaving}
        title="Forget this SharedKey?"
        confirm="Forget"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        Texts that Twilio signs with it are refused from now on. Let the Webhook Setting name another key
        first.
      </Confirm>
    </p>
  );
}

interface DisconnectProps {
  readonly account: Account;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

function Disconnect({ account, open, onOpenChange }: DisconnectProps) {
  const { client } = useBackend();
  const queries = useQueryClient();
  const toast = useToast();
  const disconnect = useMutation({
    mutationFn: () => smsOf(client).accounts.disconnect(account.account_sid),
    onSuccess: async () => {
      onOpenChange(false);
      toast({ title: "The account is disconnected" });
      await Promise.all(
        [keys.accounts, keys.numbers].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
    },
    onError: (error) =>
      toast({ tone: "danger", title: "Nothing was disconnected", description: messageOf(error) }),
  });
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title="Disconnect this Twilio account?"
      confirm="Disconnect"
      busy={disconnect.isPending}
      onConfirm={() => disconnect.mutate()}
    >
      Its token is forgotten: nothing is sent from its numbers, and texts to them are not taken any more.
      Conversations are kept.
    </Confirm>
  );
}
