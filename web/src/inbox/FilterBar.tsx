import { ListFilter, Search, X } from "lucide-react";
import { lazy, Suspense, useEffect, useId, useRef, useState } from "react";
import { IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Input } from "../ui/Field.tsx";
import styles from "./FilterBar.module.css";
import type { ConversationFilter } from "./filter.ts";

/** Long enough for a word, short enough to feel at once. */
const TYPING_MS = 250;

/** Selects weigh more than the list: they come when they are asked for. */
const FilterChoices = lazy(() => import("./FilterChoices.tsx"));

export interface FilterProps {
  readonly filter: ConversationFilter;
  readonly onFilter: (filter: ConversationFilter) => void;
}

interface BarProps extends FilterProps {
  /** Of the search, when it comes up. */
  readonly autoFocus: boolean;
}

export function FilterBar({ filter, onFilter, autoFocus }: BarProps) {
  const [shown, setShown] = useState(false);
  const panel = useId();
  const { search: _, ...chosen } = filter;
  const count = Object.keys(chosen).length;
  return (
    <search className={styles.bar}>
      <div className={styles.row}>
        <SearchBox {...{ filter, onFilter, autoFocus }} />
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
        {shown && (
          <Suspense>
            <FilterChoices filter={filter} onFilter={onFilter} />
          </Suspense>
        )}
      </div>
    </search>
  );
}

function SearchBox({ filter, onFilter, autoFocus }: BarProps) {
  const input = useRef<HTMLInputElement>(null);
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
        ref={input}
        type="search"
        autoFocus={autoFocus}
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
          onClick={() => {
            setTyped("");
            input.current?.focus();
          }}
        >
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}
