import { ListFilter, Search, X } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Input } from "../ui/Field.tsx";
import { Select } from "../ui/Select.tsx";
import styles from "./FilterBar.module.css";
import type { ConversationFilter } from "./filter.ts";
import { intentOptions } from "./words.ts";

/** Long enough for a word, short enough to feel at once. */
const TYPING_MS = 250;
const ANY = "any";

interface Props {
  readonly filter: ConversationFilter;
  readonly onFilter: (filter: ConversationFilter) => void;
}

export function FilterBar({ filter, onFilter }: Props) {
  const [shown, setShown] = useState(false);
  const panel = useId();
  const { search: _, ...chosen } = filter;
  const count = Object.keys(chosen).length;
  return (
    <search className={styles.bar}>
      <div className={styles.row}>
        <SearchBox filter={filter} onFilter={onFilter} />
        <IconButton
          label={count > 0 ? `Filters (${count} set)` : "Filters"}
          aria-expanded={shown}
          aria-controls={panel}
          className={cx(count > 0 && styles.set)}
          onClick={() => setShown(!shown)}
        >
          <ListFilter size={18} />
        </IconButton>
      </div>
      <div className={styles.filters} id={panel} hidden={!shown}>
        <Choice
          label="Status"
          name="status"
          any="Any status"
          options={[{ value: "active", label: "Active" }, { value: "ended", label: "Ended" }]}
          {...{ filter, onFilter }}
        />
        <Choice
          label="Read"
          name="unread"
          any="Read and unread"
          options={[{ value: "true", label: "Unread" }]}
          {...{ filter, onFilter }}
        />
        <Choice
          label="Answered by"
          name="answered_by"
          any="Anyone answers"
          options={[{ value: "assistant", label: "Assistant answers" }, {
            value: "person",
            label: "A person answers",
          }]}
          {...{ filter, onFilter }}
        />
        <Choice
          label="Intent"
          name="intent"
          any="Any intent"
          options={intentOptions}
          {...{ filter, onFilter }}
        />
      </div>
    </search>
  );
}

interface ChoiceProps extends Props {
  readonly name: Exclude<keyof ConversationFilter, "search">;
  readonly label: string;
  readonly any: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

function Choice({ name, label, any, options, filter, onFilter }: ChoiceProps) {
  const choose = (value: string) => {
    const { [name]: _, ...others } = filter;
    onFilter(value === ANY ? others : { ...others, [name]: value });
  };
  return (
    <Select
      label={label}
      className={styles.choice}
      value={filter[name] ?? ANY}
      onChange={choose}
      options={[{ value: ANY, label: any }, ...options]}
    />
  );
}

function SearchBox({ filter, onFilter }: Props) {
  const [typed, setTyped] = useState(filter.search ?? "");
  useEffect(() => {
    if (typed.trim() === (filter.search ?? "")) return;
    const timer = setTimeout(() => {
      const { search: _, ...others } = filter;
      onFilter(typed.trim() === "" ? others : { ...others, search: typed.trim() });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, filter, onFilter]);
  return (
    <div className={styles.search}>
      <Search size={16} className={styles.glass} aria-hidden="true" />
      <Input
        type="search"
        dir="auto"
        aria-label="Search conversations"
        placeholder="Name, number or last text"
        maxLength={100}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {typed !== "" && (
        <IconButton
          label="Clear search"
          size="sm"
          className={styles.clear}
          onClick={() => setTyped("")}
        >
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}
