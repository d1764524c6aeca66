import { useQuery } from "@tanstack/react-query";
import { CirclePause } from "lucide-react";
import { smsOf } from "../lib/api.ts";
import { useBackend } from "../lib/backend.ts";
import { keys } from "../lib/keys.ts";
import { fullTime, shortTime } from "../lib/time.ts";
import styles from "./Stopped.module.css";

/** A switch is rare, and lasts minutes. */
const LOOK_EVERY_MS = 30_000;

/** Says on every page what the operator switched off. A page that cannot ask says nothing. */
export default function Stopped() {
  const { client } = useBackend();
  const { data: stops = [] } = useQuery({
    queryKey: keys.stops,
    queryFn: async () => (await smsOf(client).stops()).stops,
    refetchInterval: LOOK_EVERY_MS,
    refetchOnWindowFocus: "always",
  });
  const sending = stops.find(({ what }) => what === "sending");
  const answering = stops.find(({ what }) => what === "answering");
  const since = (sending ?? answering)?.since;
  if (since === undefined) return null;
  return (
    <div className={styles.banner} role="status">
      <CirclePause size={20} aria-hidden="true" />
      <p>
        <strong>{sending ? "Sending is switched off" : "The assistants are switched off"}</strong> since{" "}
        <time dateTime={since} title={fullTime(since)}>{shortTime(since)}</time>, for everybody. {sending
          ? `What you write waits, and leaves when it is switched on again. Texts of contacts still arrive${
            answering ? ", and no assistant answers them" : ""
          }.`
          : "Texts of contacts still arrive and wait for an answer. What you write is sent."}
      </p>
    </div>
  );
}
