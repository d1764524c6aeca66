import { CloudOff, WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useBackend } from "../lib/backend.ts";
import { useOutgoing } from "../lib/outbox/OutboxProvider.tsx";
import styles from "./Stopped.module.css";

/** Says on every page that the device is offline, or the server does not answer, and what becomes of what is written. */
export default function Connection() {
  const { reach } = useBackend();
  const online = useSyncExternalStore(followNetwork, () => navigator.onLine);
  const lost = useSyncExternalStore(
    reach?.subscribe ?? (() => () => {}),
    () => reach?.isLost ?? false,
  );
  const waiting = useOutgoing().filter(({ refused }) => refused === undefined).length;
  if (online && !lost) return null;
  return (
    <div className={styles.banner} role="status">
      {online ? <CloudOff size={20} aria-hidden="true" /> : <WifiOff size={20} aria-hidden="true" />}
      <p>
        <strong>
          {online ? "The server does not answer." : "You are offline."}
        </strong>{" "}
        {waiting === 0
          ? "What you write is kept in this browser, and leaves by itself when the connection is back."
          : `${waiting === 1 ? "Your text waits" : `Your ${waiting} texts wait`} in this browser, and ${
            waiting === 1 ? "leaves by itself" : "leave by themselves"
          } when the connection is back.`} New texts appear then, too.
      </p>
    </div>
  );
}

function followNetwork(listener: () => void): () => void {
  for (const event of ["online", "offline"]) addEventListener(event, listener);
  return () => {
    for (const event of ["online", "offline"]) {
      removeEventListener(event, listener);
    }
  };
}
