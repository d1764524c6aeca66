import { Phone, Plus, RefreshCw } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../lib/errors.ts";
import { useAssistants, useNumbers } from "../../lib/tenant.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState, ErrorState, LoadingState } from "../../ui/States.tsx";
import { useToast } from "../../ui/Toast.tsx";
import styles from "../Settings.module.css";
import { AssignDialog } from "./AssignDialog.tsx";
import { NumberItem } from "./NumberItem.tsx";
import { useVerifyNumbers } from "./useNumberChanges.ts";

export function Numbers() {
  const { data, error, refetch } = useNumbers();
  const assistants = useAssistants();
  const [assigning, setAssigning] = useState(false);
  const add = (
    <Button variant="primary" icon={<Plus size={18} />} onClick={() => setAssigning(true)}>
      Add a number
    </Button>
  );
  const problem = error ?? assistants.error;
  if (problem && !(data && assistants.data)) {
    const retry = () => void Promise.all([refetch(), assistants.refetch()]);
    return <ErrorState error={problem} onRetry={retry} />;
  }
  if (!data || !assistants.data) return <LoadingState />;
  return (
    <div className={styles.stack}>
      {data.length === 0
        ? (
          <EmptyState icon={<Phone size={28} />} title="No numbers yet" action={add}>
            Connect your Twilio account, then choose one of its numbers and who answers on it.
          </EmptyState>
        )
        : (
          <>
            <div className={styles.bar}>
              <p className={styles.lead}>
                Your numbers, and whether Twilio sends their messages to this project.
              </p>
              <div className={styles.actions}>
                <VerifyButton />
                {add}
              </div>
            </div>
            <ul className={styles.list}>
              {data.map((number) => (
                <NumberItem key={number.id} number={number} assistants={assistants.data} />
              ))}
            </ul>
          </>
        )}
      <AssignDialog open={assigning} onOpenChange={setAssigning} assistants={assistants.data} />
    </div>
  );
}

function VerifyButton() {
  const verify = useVerifyNumbers();
  const toast = useToast();
  const ask = () =>
    verify.mutate(undefined, {
      onSuccess: (numbers) => {
        const broken = numbers.filter(({ check }) => check?.outcome !== "configured").length;
        toast({
          title: broken === 0
            ? "Twilio confirms that everything is set up"
            : broken === 1
            ? "One number needs your attention"
            : `${broken} numbers need your attention`,
        });
      },
      onError: (error) =>
        toast({ tone: "danger", title: "Nothing was checked", description: messageOf(error) }),
    });
  return (
    <Button icon={<RefreshCw size={18} />} busy={verify.isPending} onClick={ask}>
      Check at Twilio
    </Button>
  );
}
