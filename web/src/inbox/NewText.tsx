import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, SendHorizontal } from "lucide-react";
import { type FormEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { isRefusal, type SmsError } from "../../../client/mod.ts";
import { smsOf } from "../lib/api.ts";
import { type Client, useBackend } from "../lib/backend.ts";
import { writeDraft } from "../lib/drafts.ts";
import { messageOf } from "../lib/errors.ts";
import { keys } from "../lib/keys.ts";
import { displayNumber } from "../lib/phone.ts";
import { useSession } from "../lib/session.tsx";
import { useNumbers } from "../lib/tenant.ts";
import { useSentences } from "../lib/useSentences.ts";
import { Button } from "../ui/Button.tsx";
import { Field, Input, TextArea } from "../ui/Field.tsx";
import { Select } from "../ui/Select.tsx";
import { EmptyState, LoadingState } from "../ui/States.tsx";
import { useToast } from "../ui/Toast.tsx";
import type { Conversation } from "./api.ts";
import { Count, LONGEST } from "./Count.tsx";
import styles from "./NewText.module.css";
import { understood } from "./spelling.ts";
import { useNewDraft } from "./useNewDraft.ts";
import { contactName } from "./words.ts";

/** The first text to somebody: who, from which number, what. */
export default function NewText() {
  const numbers = useNumbers();
  const mine = numbers.data ?? [];
  return (
    <section className={styles.page} aria-labelledby="new-text">
      <header className={styles.header}>
        <Link href="/" className={styles.back} aria-label="Back to the list">
          <ArrowLeft size={20} />
        </Link>
        <h1 id="new-text" className={styles.title}>New text</h1>
      </header>
      {numbers.isPending ? <LoadingState /> : mine.length === 0
        ? (
          <EmptyState
            title="You have no number to send from yet"
            action={<Link href="~/settings/numbers">Take a number</Link>}
          >
            It takes a minute, in the settings.
          </EmptyState>
        )
        : <Form numbers={mine} />}
    </section>
  );
}

function Form(
  { numbers }: {
    readonly numbers: readonly {
      readonly id: string;
      readonly number: string;
    }[];
  },
) {
  useSentences();
  const { client } = useBackend();
  const { user } = useSession();
  const queries = useQueryClient();
  const toast = useToast();
  const [, go] = useLocation();
  const [draft, change] = useNewDraft();
  const [asked, setAsked] = useState(false);
  const to = useRef<HTMLInputElement>(null);
  const words = useRef<HTMLTextAreaElement>(null);
  const count = useId();
  useEffect(() => to.current?.focus(), []);

  const from = numbers.find(({ number }) => number === draft.from)?.number ??
    numbers[0]?.number;
  const recipient = understood(draft.to, from);
  const known = useKnown(useDeferredValue(recipient?.number), from);
  const open = (conversation: string) => {
    // What was written goes along.
    if (draft.body.trim() !== "") writeDraft(user.id, conversation, draft.body);
    change({ to: "", name: "", body: "" });
    go(`/${conversation}`);
  };

  const send = useMutation({
    mutationFn: async ({ number }: { readonly number: string }) => {
      const sent = await smsOf(client).send({
        to: number,
        body: draft.body.trim(),
        pausesAssistant: true,
        ...from === undefined ? {} : { from },
      }, { key: draft.key });
      if (draft.name.trim() !== "" && sent.conversation_id) {
        await saveName(client, sent.conversation_id, draft.name.trim()).catch(
          () =>
            toast({
              tone: "danger",
              title: "The text is sent",
              description: "Their name could not be saved.",
            }),
        );
      }
      return sent.conversation_id;
    },
    onSuccess: async (conversation) => {
      change({ to: "", name: "", body: "" });
      await queries.invalidateQueries({ queryKey: keys.allConversations });
      go(conversation ? `/${conversation}` : "/");
    },
    onError: async (error, { number }) => {
      // Stored and refused by the carrier: its thread says why, as for every other text.
      if (!storedAs(error)) return;
      const thread = await smsOf(client).conversations.withNumber(
        number,
        from ? { from, limit: 1 } : { limit: 1 },
      )
        .catch(() => null);
      if (!thread) return;
      change({ to: "", name: "", body: "" });
      go(`/${thread.conversation.id}`);
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    setAsked(true);
    if (!recipient) return to.current?.focus();
    if (known) return open(known.id);
    if (draft.body.trim() === "" || draft.body.length > LONGEST) {
      return words.current?.focus();
    }
    if (!send.isPending) send.mutate({ number: recipient.number });
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field
        label="To"
        hint={recipient
          ? `Goes to ${recipient.display}${recipient.country ? `, ${recipient.country}` : ""}`
          : "A telephone number, as you would dial it, or with + and its country"}
        error={asked && !recipient
          ? draft.to.trim() === ""
            ? "Write the number of whom you text."
            : "That is not a whole telephone number. Write it with its area code; from abroad with + and the country."
          : null}
      >
        <Input
          ref={to}
          type="tel"
          autoComplete="off"
          maxLength={64}
          value={draft.to}
          onChange={(event) => change({ to: event.currentTarget.value })}
        />
      </Field>
      {numbers.length > 1 && (
        <Field label="From">
          <Select
            value={from ?? ""}
            onChange={(number) => change({ from: number })}
            options={numbers.map(({ number }) => ({
              value: number,
              label: displayNumber(number),
            }))}
          />
        </Field>
      )}
      {known ? <Known conversation={known} /> : (
        <>
          <Field label="Name (optional)">
            <Input
              dir="auto"
              autoComplete="off"
              maxLength={200}
              value={draft.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
          </Field>
          <Field
            label="Message"
            error={asked && draft.body.trim() === "" ? "Write something first." : null}
          >
            <TextArea
              ref={words}
              rows={4}
              value={draft.body}
              onChange={(event) => change({ body: event.currentTarget.value })}
            />
          </Field>
          <Count id={count} text={draft.body} />
        </>
      )}
      {send.error && !storedAs(send.error) && (
        <p className={styles.problem} role="alert">
          {refusalWords(send.error)}
        </p>
      )}
      <div className={styles.actions}>
        <Button
          type="submit"
          variant="primary"
          busy={send.isPending}
          icon={known ? null : <SendHorizontal size={16} />}
        >
          {known ? "Open the conversation" : "Send"}
        </Button>
      </div>
    </form>
  );
}

function Known({ conversation }: { readonly conversation: Conversation }) {
  return (
    <p className={styles.known} role="status">
      You have a conversation with <bdi>{contactName(conversation)}</bdi>{" "}
      already. What you wrote goes along when you open it.
    </p>
  );
}

/** The conversation that there is with a number already; undefined while nobody knows, and where there is none. */
function useKnown(
  number: string | undefined,
  from: string | undefined,
): Conversation | undefined {
  const { client } = useBackend();
  const { data } = useQuery({
    queryKey: keys.known(number ?? "", from ?? ""),
    enabled: number !== undefined,
    // One that began since must not be missed: the answer before it is forgotten.
    staleTime: 0,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const place = { limit: 1, signal, ...from === undefined ? {} : { from } };
      try {
        return (await smsOf(client).conversations.withNumber(
          number ?? "",
          place,
        )).conversation;
      } catch (error) {
        if (isRefusal(error, "CONVERSATION_NOT_FOUND")) return null;
        throw error;
      }
    },
  });
  return number === undefined ? undefined : data ?? undefined;
}

async function saveName(
  client: Client,
  conversationId: string,
  name: string,
): Promise<void> {
  const sms = smsOf(client);
  const { conversation } = await sms.conversations.get(conversationId, {
    limit: 1,
  });
  await sms.contacts.update(conversation.contact.id, { name });
}

const storedAs = (error: unknown): boolean =>
  Boolean((error as Partial<SmsError> | null)?.details?.message_id);

/** A refusal, and what becomes of what was written. */
const refusalWords = (error: unknown): string =>
  `${messageOf(error)} Nothing was sent, and what you wrote stays here.`;
