import { useQuery } from "@tanstack/react-query";
import { Webhook } from "lucide-react";
import { useState } from "react";
import { useBackend } from "../../lib/backend.ts";
import { keys } from "../../lib/keys.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState, ErrorState, LoadingState } from "../../ui/States.tsx";
import styles from "../Settings.module.css";
import { AddressDialog } from "./AddressDialog.tsx";
import { listEndpoints } from "./api.ts";
import { Endpoint } from "./Endpoint.tsx";

/** The database refuses a fourth. */
const MOST = 3;

/** A call shows up here once the worker has made it, within ten seconds. */
const LOOK_EVERY_MS = 4_000;

export function Events() {
  const { client } = useBackend();
  const [adding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: keys.events,
    queryFn: () => listEndpoints(client),
    refetchInterval: ({ state }) => state.data?.some(({ waiting }) => waiting > 0) ? LOOK_EVERY_MS : false,
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  const add = (
    <Button variant="primary" icon={<Webhook size={18} />} onClick={() => setAdding(true)}>
      Add an address
    </Button>
  );
  return (
    <div className={styles.stack}>
      {data.length === 0
        ? (
          <EmptyState icon={<Webhook size={28} />} title="Nobody is told yet" action={add}>
            Your own server can be told of each text, status, opt-out and hand-over, with a signature.
          </EmptyState>
        )
        : (
          <>
            <div className={styles.bar}>
              <p className={styles.lead}>
                These addresses are told of each text, status, opt-out and hand-over.
              </p>
              {data.length < MOST
                ? add
                : <p className={styles.detail}>Three addresses are the most. Delete one to add another.</p>}
            </div>
            <ul className={styles.list}>
              {data.map((endpoint) => <Endpoint key={endpoint.id} endpoint={endpoint} />)}
            </ul>
          </>
        )}
      {adding && <AddressDialog onClose={() => setAdding(false)} />}
    </div>
  );
}
