import { Select } from "../ui/Select.tsx";
import styles from "./FilterBar.module.css";
import type { FilterProps } from "./FilterBar.tsx";
import type { ConversationFilter } from "./filter.ts";
import { intentOptions } from "./words.ts";

const ANY = "any";

/** What the list can be narrowed to, beside the search. */
export default function FilterChoices({ filter, onFilter }: FilterProps) {
  return (
    <>
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
    </>
  );
}

interface ChoiceProps extends FilterProps {
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
