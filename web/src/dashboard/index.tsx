import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartColumn } from "lucide-react";
import { useState } from "react";
import type { Stats } from "../../../client/mod.ts";
import { intentWords } from "../inbox/words.ts";
import { smsOf } from "../lib/api.ts";
import { useBackend } from "../lib/backend.ts";
import { keys } from "../lib/keys.ts";
import { Button } from "../ui/Button.tsx";
import { Page } from "../ui/Page.tsx";
import { EmptyState, ErrorState, LoadingState } from "../ui/States.tsx";
import { Chart } from "./Chart.tsx";
import styles from "./Dashboard.module.css";
import { Figures } from "./Figures.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { count, money, percent } from "./format.ts";
import { type Filter, queryOf } from "./range.ts";
import * as series from "./series.ts";
import { Shares } from "./Shares.tsx";
import { statusWords } from "./words.ts";
import { ownTimeZone } from "./zones.ts";

/** Figures are not told as they change, so they are asked for as long as somebody looks. */
const REFRESH_MS = 60_000;

export default function Dashboard() {
  const [filter, setFilter] = useState<Filter>(() => ({
    range: "30",
    timeZone: ownTimeZone(),
    numberId: null,
    assistantId: null,
  }));
  return (
    <Page title="Dashboard">
      <FilterBar filter={filter} onFilter={setFilter} />
      <Stats filter={filter} onFilter={setFilter} />
    </Page>
  );
}

interface StatsProps {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

function Stats({ filter, onFilter }: StatsProps) {
  const { data, error, isPlaceholderData, refetch } = useStats(filter);
  if (error && !data) {
    return (
      <div className={styles.state}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (!data) return <LoadingState label="Adding up …" />;
  if (isEmpty(data)) return <NoTexts filter={filter} onFilter={onFilter} />;
  return (
    <div className={styles.figures} aria-busy={isPlaceholderData}>
      {error && <p className={styles.stale} role="status">These figures could not be updated just now.</p>}
      <Figures totals={data.totals} />
      <Charts stats={data} />
    </div>
  );
}

function NoTexts({ filter, onFilter }: StatsProps) {
  const narrowed = filter.numberId !== null || filter.assistantId !== null;
  return (
    <div className={styles.state}>
      <EmptyState
        icon={<ChartColumn size={28} />}
        title="No messages in this period"
        action={narrowed && (
          <Button onClick={() => onFilter({ ...filter, numberId: null, assistantId: null })}>
            Show all numbers and assistants
          </Button>
        )}
      >
        {narrowed
          ? "No messages match these filters."
          : "Figures appear with the first message. Choose more days to look further back."}
      </EmptyState>
    </div>
  );
}

function useStats(filter: Filter) {
  const { client } = useBackend();
  const query = queryOf(filter);
  return useQuery({
    queryKey: keys.stats(query ?? {}),
    queryFn: ({ signal }) => smsOf(client).stats({ ...query, signal }),
    enabled: query !== null,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

const isEmpty = ({ totals }: Stats): boolean =>
  totals.inbound + totals.outbound + totals.opt_outs + totals.opt_ins === 0;

function Charts({ stats }: { readonly stats: Stats }) {
  const { totals, bucket } = stats;
  return (
    <>
      <Chart
        title={bucket === "day" ? "Texts by day" : "Texts by hour"}
        summary={`${count(totals.inbound)} received and ${count(totals.outbound)} sent.`}
        data={series.volume(stats)}
      />
      <div className={styles.pairs}>
        <Chart
          title="Delivery"
          summary={totals.delivery_rate === null
            ? "No message has a final status yet."
            : `${percent(totals.delivery_rate)} of the texts that reached their end were delivered.`}
          data={series.delivery(stats)}
        />
        <Shares
          title="Delivery of sent messages"
          of="texts sent"
          none="Nothing was sent in this period."
          parts={totals.statuses.filter(({ direction }) => direction === "outbound")
            .map(({ status, messages }) => ({ label: statusWords(status), value: messages }))}
        />
        <Chart
          title="Segments"
          summary={`${count(totals.segments)} segments, received and sent.`}
          data={series.segments(stats)}
        />
        {totals.cost.map(({ currency, amount }) => (
          <Chart
            key={currency}
            title={`Cost in ${currency}`}
            summary={`${money(amount, currency)} for the texts whose price Twilio has told so far.`}
            data={series.cost(stats, currency)}
          />
        ))}
        <Shares
          title="What contacts wanted"
          of="texts that the assistant understood"
          none="The assistant answered nobody in this period."
          parts={totals.intents.map(({ intent, messages }) => ({
            label: intentWords(intent),
            value: messages,
          }))}
        />
      </div>
    </>
  );
}
