import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound, RotateCcw, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import type { EventAttempt, EventEndpoint } from "../../../../client/mod.ts";
import { useBackend } from "../../lib/backend.ts";
import { messageOf } from "../../lib/errors.ts";
import { keys } from "../../lib/keys.ts";
import { fullTime, shortTime } from "../../lib/time.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { Switch } from "../../ui/Switch.tsx";
import { useToast } from "../../ui/Toast.tsx";
import { Confirm } from "../Confirm.tsx";
import styles from "../Settings.module.css";
import { SecretDialog } from "./AddressDialog.tsx";
import { deleteEndpoint, replayEvents, rotateSecret, saveEndpoint, testEndpoint } from "./api.ts";

const DAY_MS = 86_400_000;

/** One address: whether it is told, how its last calls went, and what can be done about it. */
export function Endpoint({ endpoint }: { readonly endpoint: EventEndpoint }) {
  const { client } = useBackend();
  const { id, url, active } = endpoint;
  const [asking, setAsking] = useState<"delete" | "rotate" | "repeat" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const change = useChange();
  const run = (done: string, work: () => Promise<unknown>) => change.mutate({ done, work });
  const lastDay = () => ({ since: new Date(Date.now() - DAY_MS).toISOString() });
  return (
    <li className={styles.item}>
      <div className={styles.about}>
        <p className={styles.name}>
          <span className={styles.mono}>{url}</span>
          <State endpoint={endpoint} />
        </p>
        <p className={styles.detail}>
          {endpoint.waiting > 0 ? `${endpoint.waiting} waiting. ` : ""}
          {endpoint.given_up > 0 ? `${endpoint.given_up} given up. ` : ""}
          {endpoint.last_success_at
            ? `Last taken ${shortTime(endpoint.last_success_at)}.`
            : "Nothing was taken yet."}
        </p>
        {endpoint.previous_until && new Date(endpoint.previous_until) > new Date() && (
          <p className={styles.detail}>
            The secret before signs too until {fullTime(endpoint.previous_until)}
          </p>
        )}
      </div>
      <div className={styles.actions}>
        <Switch
          label={`Tell ${url}`}
          checked={active}
          onChange={(on) =>
            run(
              on ? "It is told from now on" : "It is not told any more",
              () => saveEndpoint(client, { endpoint_id: id, active: on }),
            )}
        />
        <Button
          icon={<Send size={18} />}
          onClick={() => run("A test is on its way: look below", () => testEndpoint(client, id))}
        >
          Send a test
        </Button>
        <Button
          icon={<RotateCcw size={18} />}
          onClick={() => setAsking("repeat")}
        >
          Repeat the last day
        </Button>
        <Button icon={<KeyRound size={18} />} onClick={() => setAsking("rotate")}>New secret</Button>
        <Button icon={<Trash2 size={18} />} aria-label={`Delete ${url}`} onClick={() => setAsking("delete")}>
          Delete
        </Button>
      </div>
      <Problem endpoint={endpoint} />
      <Attempts
        attempts={endpoint.attempts}
        onRepeat={(event_id) => run("It is posted again", () => replayEvents(client, id, { event_id }))}
      />
      <Confirm
        open={asking === "delete"}
        onOpenChange={() => setAsking(null)}
        title="Delete this address?"
        confirm="Delete address"
        busy={change.isPending}
        onConfirm={() =>
          run("The address is deleted", () => deleteEndpoint(client, id).finally(() => setAsking(null)))}
      >
        What waits for it is not posted any more, and its log is deleted.
      </Confirm>
      <Confirm
        open={asking === "repeat"}
        onOpenChange={() => setAsking(null)}
        title="Repeat the last day?"
        confirm="Repeat all of them"
        cancel="Do not repeat"
        busy={change.isPending}
        onConfirm={() =>
          run("Events of the last day are posted again", () =>
            replayEvents(client, id, lastDay()).finally(() => setAsking(null)))}
      >
        Every event of the last 24 hours is posted to this address once more, also those that it took. Each
        has the id it had, so that your server can tell.
      </Confirm>
      <Confirm
        open={asking === "rotate"}
        onOpenChange={() =>
          setAsking(null)}
        title="Make a new secret?"
        confirm="Make a new secret"
        busy={change.isPending}
        onConfirm={() =>
          run("There is a new secret", async () => {
            const { secret } = await rotateSecret(client, id);
            setAsking(null);
            setSecret(secret ?? null);
          })}
      >
        Both sign for 24 hours, so that your server can change over.
      </Confirm>
      {secret !== null && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </li>
  );
}

function useChange() {
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ work }: { done: string; work: () => Promise<unknown> }) => work(),
    onSuccess: (_, { done }) => toast({ title: done }),
    onError: (error) =>
      toast({ tone: "danger", title: "Nothing was changed", description: messageOf(error) }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.events }),
    gcTime: 0,
  });
}

function State({ endpoint: { active, failing_since } }: { readonly endpoint: EventEndpoint }) {
  if (!active) return <Badge>Off</Badge>;
  if (failing_since) return <Badge tone="warning">Failing since {shortTime(failing_since)}</Badge>;
  return <Badge tone="success">On</Badge>;
}

function Problem({ endpoint: { disabled_reason, disabled_at } }: { readonly endpoint: EventEndpoint }) {
  if (disabled_reason === null) return null;
  const why = disabled_reason === "gone"
    ? "it answered 410, which means that nobody wants them there any more"
    : "no call went well for days";
  return (
    <p className={styles.problem} data-tone="danger">
      This address was switched off {shortTime(disabled_at ?? "")}, because {why}. Mend it, then switch it on.
    </p>
  );
}

/** Why there was no HTTP answer. */
const ERRORS: Readonly<Record<NonNullable<EventAttempt["error"]>, string>> = {
  ADDRESS_NOT_ALLOWED: "Not a public https address",
  UNREACHABLE: "Could not be reached",
  TIMEOUT: "No answer within ten seconds",
  NOT_HTTP: "What answered is no web server",
};

interface AttemptsProps {
  readonly attempts: readonly EventAttempt[];
  readonly onRepeat: (eventId: string) => void;
}

function Attempts({ attempts, onRepeat }: AttemptsProps) {
  if (attempts.length === 0) return null;
  return (
    <details className={styles.more}>
      <summary>Last calls</summary>
      <ul className={styles.list}>
        {attempts.map(({ id, at, type, status, error, duration_ms, event_id }) => (
          <li key={id} className={cx(styles.detail, styles.actions)}>
            <time dateTime={at} title={fullTime(at)}>{shortTime(at)}</time>
            <span className={styles.mono}>{type}</span>
            <Badge tone={status !== null && status < 300 ? "success" : "danger"}>
              {error === null ? String(status) : ERRORS[error]}
            </Badge>
            <span>{duration_ms} ms</span>
            {type !== "endpoint.test" && (
              <Button
                size="sm"
                aria-label={`Repeat ${type} ${event_id}`}
                onClick={() => onRepeat(event_id)}
              >
                Repeat
              </Button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
