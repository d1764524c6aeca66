import { ChevronDown, Globe } from "lucide-react";
import { Popover } from "radix-ui";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { Input } from "../ui/Field.tsx";
import { findZones, timeZones, zoneName } from "./zones.ts";
import styles from "./ZonePicker.module.css";

interface Props {
  readonly value: string;
  readonly onChange: (timeZone: string) => void;
}

/** A time zone, found by typing: there are more than four hundred. */
export function ZonePicker({ value, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const choose = (timeZone: string) => {
    onChange(timeZone);
    setOpen(false);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={styles.trigger} aria-label={`Time zone: ${zoneName(value)}`}>
        <Globe size={16} className={styles.icon} aria-hidden="true" />
        <span className={styles.name}>{zoneName(value)}</span>
        <ChevronDown size={16} className={styles.icon} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles.content}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Time zone"
        >
          <ZoneList value={value} onChoose={choose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** https://www.w3.org/WAI/ARIA/apg/patterns/combobox/: the focus stays in the field, the keys move the marked option. */
function ZoneList(
  { value, onChoose }: { readonly value: string; readonly onChoose: (zone: string) => void },
) {
  const id = useId();
  const zones = useMemo(timeZones, []);
  const [typed, setTyped] = useState("");
  const found = findZones(zones, typed);
  const [marked, setMarked] = useState(() => Math.max(0, zones.indexOf(value)));
  const list = useRef<HTMLUListElement>(null);

  function mark(index: number) {
    const within = Math.min(Math.max(index, 0), found.length - 1);
    setMarked(within);
    list.current?.children[within]?.scrollIntoView({ block: "nearest" });
  }

  function onKeyDown(event: KeyboardEvent) {
    const moves: Record<string, number> = { ArrowDown: marked + 1, ArrowUp: marked - 1 };
    const to = moves[event.key];
    const zone = found[marked];
    if (to !== undefined) mark(to);
    else if (event.key === "Enter" && zone) onChoose(zone);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <Input
        role="combobox"
        aria-label="Search time zones"
        aria-expanded
        aria-controls={`${id}-zones`}
        aria-activedescendant={found[marked] ? `${id}-${marked}` : undefined}
        aria-autocomplete="list"
        placeholder="City or region"
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setMarked(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul className={styles.zones} id={`${id}-zones`} role="listbox" aria-label="Time zones" ref={list}>
        {found.map((zone, index) => (
          <li
            key={zone}
            id={`${id}-${index}`}
            role="option"
            aria-selected={zone === value}
            data-marked={index === marked}
            className={styles.zone}
            onClick={() => onChoose(zone)}
          >
            {zoneName(zone)}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={styles.none} role="status">No time zone has this name.</p>}
    </>
  );
}
