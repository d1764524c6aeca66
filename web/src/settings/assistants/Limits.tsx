import { useQuery } from "@tanstack/react-query";
import type { Limits as Row } from "../../../../client/mod.ts";
import { smsOf } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";
import { Card } from "../../ui/Page.tsx";
import { ErrorState } from "../../ui/States.tsx";
import styles from "../Settings.module.css";

type Limits = Omit<Row, "user_id" | "updated_at">;

/** What holds where the operator has set nothing (`sms_private.limits_of()`; a test holds the two together). */
const DEFAULTS: Limits = {
  conversation_replies_per_hour: 20,
  conversation_replies_per_day: 100,
  tenant_replies_per_day: 1_000,
  sends_per_minute: 60,
  broadcast_recipients_per_day: 10_000,
  allowed_countries: [],
  conversation_unsent_calls_per_hour: 40,
  tenant_unsent_calls_per_day: 2_000,
  assistants: 50,
  contacts: 50_000,
  templates: 200,
  texts_per_minute: 600,
  shared_segments_per_day: 10_000,
  default_numbers: 1,
  promotional_per_contact_per_day: 3,
  promotional_per_contact_per_week: 7,
};

/** What one tenant may spend. Read-only: a cap that its owner could lift would hold back nobody. */
export function Limits() {
  const { client } = useBackend();
  const { data, error, refetch } = useQuery({
    queryKey: ["limits"],
    queryFn: async ({ signal }): Promise<Limits> => await smsOf(client).limits({ signal }) ?? DEFAULTS,
  });
  return (
    <Card title="Limits">
      <p className={styles.lead}>
        They keep a runaway conversation, or two bots that text each other, from costing without end. The
        operator of this service sets them: ask there for more.
      </p>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && (
        <dl className={styles.limits}>
          <Limit
            name="Automatic replies in a conversation, per hour"
            value={data.conversation_replies_per_hour}
          />
          <Limit
            name="Automatic replies in a conversation, per day"
            value={data.conversation_replies_per_day}
          />
          <Limit name="Automatic replies in all, per day" value={data.tenant_replies_per_day} />
          <Limit
            name="Questions to the assistant without an answer that was sent, in a conversation, per hour"
            value={data.conversation_unsent_calls_per_hour}
          />
          <Limit
            name="Questions to the assistant without an answer that was sent, in all, per day"
            value={data.tenant_unsent_calls_per_day}
          />
          <Limit name="Texts that people and apps send, per minute" value={data.sends_per_minute} />
          <Limit name="Recipients of broadcasts, per day" value={data.broadcast_recipients_per_day} />
          <Limit
            name="Texts that advertise, to one contact, per day"
            value={data.promotional_per_contact_per_day}
          />
          <Limit
            name="Texts that advertise, to one contact, per week"
            value={data.promotional_per_contact_per_week}
          />
          <Limit
            name="Segments from numbers of this service, per day (UTC)"
            value={data.shared_segments_per_day}
          />
          <Limit name="Numbers of this service that you may take" value={data.default_numbers} />
          <Limit name="Texts that come in, per minute" value={data.texts_per_minute} />
          <Limit name="Assistants" value={data.assistants} />
          <Limit name="Templates" value={data.templates} />
          <Limit name="Contacts, up to which you may add some yourself" value={data.contacts} />
          <div>
            <dt>Countries that may be texted</dt>
            <dd>{countries(data.allowed_countries)}</dd>
          </div>
        </dl>
      )}
    </Card>
  );
}

function Limit({ name, value }: { readonly name: string; readonly value: number | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === null ? "No limit" : value.toLocaleString()}</dd>
    </div>
  );
}

function countries(allowed: readonly string[] | null): string {
  if (allowed === null) return "Any";
  const names = new Intl.DisplayNames(undefined, { type: "region" });
  return ["Each number's own", ...allowed.map((code) => names.of(code) ?? code)].join(", ");
}
