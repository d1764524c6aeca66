import { Bot, ChevronRight, Plus } from "lucide-react";
import { Link, useLocation } from "wouter";
import { displayNumber } from "../../lib/phone.ts";
import { type Assistant, useAssistants, useNumbers } from "../../lib/tenant.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { EmptyState, ErrorState, LoadingState } from "../../ui/States.tsx";
import styles from "../Settings.module.css";
import { endOfModel } from "./ending.ts";
import { Limits } from "./Limits.tsx";
import { useModels } from "./models.ts";
import { NEW } from "./useAssistantChanges.ts";

export function AssistantList() {
  const { data, error, refetch } = useAssistants();
  const numbers = useNumbers().data ?? [];
  const models = useModels();
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  if (data.length === 0) {
    return (
      <div className={styles.stack}>
        <EmptyState icon={<Bot size={28} />} title="No assistants yet" action={<CreateButton />}>
          An assistant answers texts by what you tell it. Make one, then let it answer on a number.
        </EmptyState>
        <Limits />
      </div>
    );
  }
  return (
    <div className={styles.stack}>
      <div className={styles.bar}>
        <p className={styles.lead}>Assistants answer your messages. A number has at most one assistant.</p>
        <CreateButton />
      </div>
      <ul className={styles.list}>
        {data.map((assistant) => (
          <Item
            key={assistant.id}
            assistant={assistant}
            ending={assistant.active ? endOfModel(models, assistant.model) : null}
            numbers={numbers.filter(({ assistant_id }) => assistant_id === assistant.id)
              .map(({ number }) => displayNumber(number))}
          />
        ))}
      </ul>
      <Limits />
    </div>
  );
}

function CreateButton() {
  const [, navigate] = useLocation();
  return (
    <Button variant="primary" icon={<Plus size={18} />} onClick={() => navigate(`/assistants/${NEW}`)}>
      New assistant
    </Button>
  );
}

function Item(
  { assistant, numbers, ending }: {
    readonly assistant: Assistant;
    readonly numbers: readonly string[];
    /** That its model goes away; null: it stays. */
    readonly ending: string | null;
  },
) {
  return (
    <li className={styles.item}>
      <div className={styles.about}>
        <p className={styles.name}>
          <Link href={`/assistants/${assistant.id}`} dir="auto">{assistant.name}</Link>
          {assistant.active ? <Badge tone="success">Active</Badge> : <Badge>Switched off</Badge>}
          {ending && <Badge tone="warning">Model ends</Badge>}
        </p>
        <p className={styles.detail}>
          {numbers.length > 0 ? `Answers on ${numbers.join(", ")}` : "Answers on no number yet"}
        </p>
        {ending && <p className={styles.detail}>{ending}</p>}
        <p className={cx(styles.detail, styles.clamped)} dir="auto">{assistant.prompt}</p>
      </div>
      <Link
        href={`/assistants/${assistant.id}`}
        className={styles.edit}
        aria-label={`Edit ${assistant.name}`}
      >
        Edit <ChevronRight size={16} />
      </Link>
    </li>
  );
}
