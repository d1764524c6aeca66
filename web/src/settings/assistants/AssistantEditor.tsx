import { ArrowLeft, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { messageOf } from "../../lib/errors.ts";
import { type Assistant, useAssistants } from "../../lib/tenant.ts";
import { Button } from "../../ui/Button.tsx";
import { Page } from "../../ui/Page.tsx";
import { EmptyState, ErrorState, LoadingState } from "../../ui/States.tsx";
import { useToast } from "../../ui/Toast.tsx";
import { Confirm } from "../Confirm.tsx";
import { useUnsaved } from "../useUnsaved.ts";
import styles from "./Assistant.module.css";
import { AssistantForm } from "./AssistantForm.tsx";
import { type Draft, draftHere, draftOf, isChanged, type Problems, problemsOf, rebased } from "./draft.ts";
import { TryIt } from "./TryIt.tsx";
import { FieldError, NEW, useDeleteAssistant, useSaveAssistant } from "./useAssistantChanges.ts";

export function AssistantEditor({ id }: { readonly id: string }) {
  const { data, error, refetch } = useAssistants();
  if (id === NEW) return <Editor assistant={null} />;
  // What is there stays, whatever a renewal in the background comes to: somebody may be writing.
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const assistant = data.find((one) => one.id === id);
  if (assistant) return <Editor assistant={assistant} />;
  return (
    <EmptyState title="There is no such assistant" action={<Back />}>
      It may have been deleted.
    </EmptyState>
  );
}

const Back = () => (
  <Link href="/assistants" className={styles.back}>
    <ArrowLeft size={16} aria-hidden="true" /> All assistants
  </Link>
);

function Editor({ assistant }: { readonly assistant: Assistant | null }) {
  const stored = assistant ? draftOf(assistant) : draftHere();
  const [draft, setDraft] = useFollowingDraft(stored);
  const [problems, setProblems] = useState<Problems>({});
  const dirty = isChanged(draft, stored);
  const unsaved = useUnsaved(dirty);
  const save = useSaveAssistant(assistant?.id ?? NEW);
  const toast = useToast();
  const [, navigate] = useLocation();

  function change(changes: Partial<Draft>) {
    setDraft({ ...draft, ...changes });
    // A field that is being edited shows no error until the next save.
    setProblems(Object.fromEntries(Object.entries(problems).filter(([name]) => !(name in changes))));
  }

  async function submit() {
    const found = problemsOf(draft);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    try {
      const saved = await save.mutateAsync(draft);
      toast({ title: `${saved.name} is saved` });
      if (assistant) {
        // What was typed while it was saved stays, unsaved.
        setDraft((now) => isChanged(now, draft) ? now : draftOf(saved));
      } else {
        unsaved.release();
        navigate(`/assistants/${saved.id}`, { replace: true });
      }
    } catch (error) {
      if (error instanceof FieldError) setProblems(error.problems);
      else toast({ tone: "danger", title: "Nothing was saved", description: messageOf(error) });
    }
  }

  return (
    <Page
      title={assistant?.name ?? "New assistant"}
      actions={assistant && <DeleteButton assistant={assistant} onDelete={unsaved.release} />}
    >
      <Back />
      <div className={styles.editor}>
        <AssistantForm
          draft={draft}
          problems={problems}
          onChange={change}
          onSubmit={() => void submit()}
          actions={
            <>
              <span className={styles.state} role="status">
                {Object.keys(problems).length > 0
                  ? "Fix the marked fields, then save."
                  : dirty
                  ? "There are changes that are not saved."
                  : ""}
              </span>
              <Button disabled={!dirty} onClick={() => setDraft(stored)}>Discard</Button>
              <Button type="submit" variant="primary" busy={save.isPending} disabled={!dirty}>Save</Button>
            </>
          }
        />
        <div className={styles.aside}>
          <TryIt draft={draft} />
        </div>
      </div>
      <Confirm
        open={unsaved.leaving}
        onOpenChange={unsaved.stay}
        title="Leave without saving?"
        confirm="Leave"
        onConfirm={unsaved.leave}
      >
        What you changed about this assistant is lost.
      </Confirm>
    </Page>
  );
}

/** A draft whose untouched fields follow what is stored: saving must not undo what somebody else has saved meanwhile. */
function useFollowingDraft(stored: Draft) {
  const [base, setBase] = useState(stored);
  const [draft, setDraft] = useState(stored);
  if (isChanged(stored, base)) {
    setBase(stored);
    setDraft(rebased(draft, { from: base, onto: stored }));
  }
  return [draft, setDraft] as const;
}

function DeleteButton(
  { assistant, onDelete }: { readonly assistant: Assistant; readonly onDelete: () => void },
) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteAssistant();
  const toast = useToast();
  const [, navigate] = useLocation();
  const confirm = () =>
    remove.mutate(assistant.id, {
      onSuccess: () => {
        onDelete();
        toast({ title: `${assistant.name} is deleted` });
        navigate("/assistants", { replace: true });
      },
      onError: (error) =>
        toast({ tone: "danger", title: "Nothing was deleted", description: messageOf(error) }),
    });
  return (
    <>
      <Button icon={<Trash2 size={18} />} onClick={() => setAsking(true)}>Delete</Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${assistant.name}?`}
        confirm="Delete assistant"
        busy={remove.isPending}
        onConfirm={confirm}
      >
        Its numbers stay yours, but nobody answers on them automatically: texts wait for a person.
        Conversations and figures are kept.
      </Confirm>
    </>
  );
}
