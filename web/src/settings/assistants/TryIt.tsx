import { useMutation } from "@tanstack/react-query";
import { RotateCcw, SendHorizontal } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { PreviewRequest } from "../../../../client/mod.ts";
import { intentWords } from "../../inbox/words.ts";
import { smsOf } from "../../lib/api.ts";
import { useBackend } from "../../lib/backend.ts";
import { messageOf } from "../../lib/errors.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Input } from "../../ui/Field.tsx";
import { Card } from "../../ui/Page.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import type { Draft } from "./draft.ts";
import styles from "./TryIt.module.css";
import { type Line, linesAfter, requestOf, type Said } from "./conversation.ts";

/** A conversation with the assistant as it is being edited. Nothing is stored, and nobody is texted. */
export function TryIt({ draft }: { readonly draft: Draft }) {
  const { client } = useBackend();
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [text, setText] = useState("");
  const preview = useMutation({
    mutationFn: (request: PreviewRequest) => smsOf(client).preview(request),
  });
  const hasPrompt = draft.prompt.trim() !== "";

  function ask(said: readonly Line[]) {
    preview.mutate(requestOf(draft, said), {
      onSuccess: (answer) => setLines([...said, ...linesAfter(draft, answer)]),
    });
  }

  function send(event: FormEvent) {
    event.preventDefault();
    const body = text.trim();
    if (body === "" || preview.isPending || !hasPrompt) return;
    setText("");
    const begins = lines.length === 0 && draft.first_message.trim() !== "";
    const said: Line[] = [...lines, { role: "contact", body }];
    // The greeting is word for word: no model is asked for it.
    if (begins) said.push({ role: "assistant", body: draft.first_message.trim(), note: "First message" });
    setLines(said);
    if (!begins || draft.reply_after_first_message) ask(said);
  }

  function startOver() {
    preview.reset();
    setLines([]);
  }

  return (
    <Card
      title="Try it"
      actions={lines.length > 0 && (
        <IconButton size="sm" label="Start over" onClick={startOver}>
          <RotateCcw size={16} />
        </IconButton>
      )}
    >
      <p className={styles.lead}>
        Text it as a contact would. It answers as edited, saved or not; nothing is sent to anybody.
      </p>
      <Log lines={lines} waiting={preview.isPending} />
      {preview.error && (
        <div className={styles.problem} role="alert">
          <p>{messageOf(preview.error)}</p>
          <Button size="sm" onClick={() => ask(lines)}>Try again</Button>
        </div>
      )}
      <form className={styles.form} onSubmit={send} aria-label="Try it">
        <Input
          aria-label="Text as a contact"
          dir="auto"
          autoComplete="off"
          maxLength={1_600}
          placeholder={hasPrompt ? "Do you have time on Friday?" : "Write a prompt first"}
          disabled={!hasPrompt}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <IconButton
          type="submit"
          variant="primary"
          label="Send to the assistant"
          disabled={!hasPrompt || text.trim() === "" || preview.isPending}
        >
          <SendHorizontal size={18} />
        </IconButton>
      </form>
    </Card>
  );
}

function Log({ lines, waiting }: { readonly lines: readonly Line[]; readonly waiting: boolean }) {
  const log = useRef<HTMLDivElement>(null);
  // Browsers answer scrolling with a promise, or will: an effect may not return that.
  useEffect(() => void log.current?.scrollTo({ top: log.current.scrollHeight }), [lines, waiting]);
  if (lines.length === 0) return null;
  return (
    <div
      className={styles.log}
      ref={log}
      role="log"
      aria-label="Conversation with the assistant"
      tabIndex={0}
    >
      {lines.map((line, index) => (
        <div key={index} className={styles.line} data-role={line.role}>
          {line.body !== "" && <p className={styles.bubble} dir="auto">{line.body}</p>}
          {line.role === "assistant" && (line.said
            ? <Details said={line.said} />
            : line.note && <p className={styles.note}>{line.note}</p>)}
        </div>
      ))}
      {waiting && (
        <p className={styles.note} role="status">
          <Spinner size={12} /> The assistant is writing …
        </p>
      )}
    </div>
  );
}

/** What it costs, what was understood, and what would happen to the conversation. */
function Details({ said }: { readonly said: Said }) {
  const { segments, encoding } = said;
  return (
    <p className={styles.note}>
      {segments > 0 && `${segments} ${segments === 1 ? "segment" : "segments"} · ${encoding}`}
      {segments === 0 && "Nothing would be sent."}
      {said.intent && <Badge>{intentWords(said.intent)}</Badge>}
      {said.handoff && <Badge tone="warning">Asks for a person</Badge>}
      {said.end_conversation && <Badge>Ends the conversation</Badge>}
      {said.opt_out && <Badge tone="danger">Opts the contact out</Badge>}
      {said.shortened && <Badge tone="warning">Cut to fit</Badge>}
    </p>
  );
}
