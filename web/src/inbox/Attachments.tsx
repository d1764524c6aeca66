import { useQuery } from "@tanstack/react-query";
import { Download, FileDown, ImageOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useBackend } from "../lib/backend.ts";
import { messageOf } from "../lib/errors.ts";
import { keys } from "../lib/keys.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Spinner } from "../ui/Spinner.tsx";
import { fetchAttachment, type Message } from "./api.ts";
import styles from "./Attachments.module.css";
import { fileName } from "./words.ts";

/** What a browser shows as a picture without running anything. */
const PICTURE = /^image\/(png|jpeg|jpg|gif|webp|avif)$/;
const SOUND = /^audio\//;
const FILM = /^video\/(mp4|webm|quicktime)$/;

/** What came, or went, with a text. */
export default function Attachments({ message }: { readonly message: Message }) {
  return message.media.map((_, n) =>
    message.direction === "inbound"
      ? <Received key={n} message={message} n={n} />
      : <Sent key={n} message={message} n={n} />
  );
}

interface Props {
  readonly message: Message;
  readonly n: number;
}

/** Twilio keeps it, and gives it out for the account's credentials only: our function fetches it. */
function Received({ message, n }: Props) {
  const { client } = useBackend();
  const type = message.media[n]?.content_type?.toLowerCase() ?? "";
  const { data, error } = useQuery({
    queryKey: keys.media(message.id, n),
    queryFn: () =>
      fetchAttachment(client, { conversation: message.conversation_id ?? "", id: message.id }, n),
    staleTime: Infinity,
  });
  const url = useObjectUrl(data, type);
  if (error) {
    return (
      <p className={styles.missing}>
        <ImageOff size={16} aria-hidden="true" /> {messageOf(error)}
      </p>
    );
  }
  if (!url) {
    return (
      <span className={styles.loading} role="status" aria-label="Loading an attachment">
        <Spinner />
      </span>
    );
  }
  return <Shown url={url} type={type} n={n} />;
}

/** One that we sent is a public URL of the tenant's own. */
function Sent({ message, n }: Props) {
  const media = message.media[n];
  if (!media || !/^https?:/.test(media.url)) return null;
  const type = media.content_type?.toLowerCase() ??
    (/\.(png|jpe?g|gif|webp)(\?|$)/i.test(media.url) ? "image/jpeg" : "");
  return <Shown url={media.url} type={type} n={n} />;
}

function Shown({ url, type, n }: { readonly url: string; readonly type: string; readonly n: number }) {
  const [viewed, setViewed] = useState(false);
  const name = `Attachment ${n + 1}`;
  const save = <Save url={url} name={fileName(name, type)} />;
  if (SOUND.test(type)) {
    return (
      <>
        <audio className={styles.sound} controls src={url} aria-label={name} />
        {save}
      </>
    );
  }
  if (FILM.test(type)) {
    return (
      <>
        <video className={styles.film} controls src={url} aria-label={name} />
        {save}
      </>
    );
  }
  if (!PICTURE.test(type)) {
    return (
      <a
        className={styles.file}
        href={url}
        target="_blank"
        rel="noreferrer"
        download={fileName(name, type)}
      >
        <FileDown size={18} aria-hidden="true" /> {name}
        {type && `, ${type}`}
      </a>
    );
  }
  return (
    <>
      <button
        type="button"
        className={styles.picture}
        onClick={() => setViewed(true)}
        aria-label={`View ${name}`}
      >
        <img src={url} alt="" />
      </button>
      <Dialog open={viewed} onOpenChange={setViewed} title={name} size="lg">
        <img className={styles.large} src={url} alt={name} />
        <p>
          <a href={url} target="_blank" rel="noreferrer" download={fileName(name, type)}>Save</a>
        </p>
      </Dialog>
    </>
  );
}

/** Voice notes of telephones (AMR, 3GPP) and films of iPhones play in few browsers. Saved, they play. */
function Save({ url, name }: { readonly url: string; readonly name: string }) {
  return (
    <a className={styles.save} href={url} target="_blank" rel="noreferrer" download={name}>
      <Download size={14} aria-hidden="true" /> Save {name}
    </a>
  );
}

/** An address for bytes that are here, as long as they are shown. The type is one of ours, never the sender's. */
function useObjectUrl(content: Blob | undefined, type: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!content) return;
    const known = [PICTURE, SOUND, FILM].some((pattern) => pattern.test(type));
    const made = URL.createObjectURL(
      new Blob([content], { type: known ? type : "application/octet-stream" }),
    );
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [content, type]);
  return url;
}
