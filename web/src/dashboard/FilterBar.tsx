import { displayNumber } from "../lib/phone.ts";
import { useAssistants, useNumbers } from "../lib/tenant.ts";
import { Field, Input } from "../ui/Field.tsx";
import { Select } from "../ui/Select.tsx";
import styles from "./FilterBar.module.css";
import { type Days, daysOf, type Filter, PRESETS, problemOf } from "./range.ts";
import { ZonePicker } from "./ZonePicker.tsx";

const ALL = "all";
const CUSTOM = "custom";

const RANGES = [
  ...PRESETS.map((preset) => ({ value: preset, label: preset === "1" ? "Today" : `Last ${preset} days` })),
  { value: CUSTOM, label: "Custom days" },
] as const;

interface Props {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

/** What the figures are about: when, by whose clock, of which number and assistant. */
export function FilterBar({ filter, onFilter }: Props) {
  const numbers = useNumbers().data ?? [];
  const assistants = useAssistants().data ?? [];
  const { range } = filter;
  return (
    <search className={styles.bar}>
      <div className={styles.choices}>
        <Select
          label="Time range"
          value={typeof range === "string" ? range : CUSTOM}
          onChange={(chosen) => onFilter({ ...filter, range: chosen === CUSTOM ? daysOf(filter) : chosen })}
          options={RANGES}
        />
        <ZonePicker
          value={filter.timeZone}
          onChange={(timeZone) => onFilter({ ...filter, timeZone })}
        />
        <Select
          label="Number"
          value={filter.numberId ?? ALL}
          onChange={(id) => onFilter({ ...filter, numberId: id === ALL ? null : id })}
          options={[
            { value: ALL, label: "All numbers" },
            ...numbers.map(({ id, number }) => ({ value: id, label: displayNumber(number) })),
          ]}
        />
        <Select
          label="Assistant"
          value={filter.assistantId ?? ALL}
          onChange={(id) => onFilter({ ...filter, assistantId: id === ALL ? null : id })}
          options={[
            { value: ALL, label: "All assistants" },
            ...assistants.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </div>
      {typeof range !== "string" && (
        <CustomDays
          days={range}
          onDays={(range) => onFilter({ ...filter, range })}
        />
      )}
    </search>
  );
}

function CustomDays({ days, onDays }: { readonly days: Days; readonly onDays: (days: Days) => void }) {
  return (
    <div className={styles.days}>
      <Field label="From">
        <Input
          type="date"
          value={days.from}
          onChange={(event) => onDays({ ...days, from: event.currentTarget.value })}
        />
      </Field>
      <Field label="To" error={problemOf(days)}>
        <Input
          type="date"
          value={days.to}
          onChange={(event) => onDays({ ...days, to: event.currentTarget.value })}
        />
      </Field>
    </div>
  );
}
