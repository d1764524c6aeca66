import { Tabs as Radix } from "radix-ui";
import { type ReactNode, useEffect, useRef } from "react";
import styles from "./Tabs.module.css";

export interface Tab<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly content: ReactNode;
}

export interface TabsProps<T extends string> {
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly tabs: readonly Tab<T>[];
  /** What the tabs choose between, for screen readers. */
  readonly label: string;
}

/** Several contents in one place; only the chosen one is mounted. */
export function Tabs<T extends string>({ value, onChange, tabs, label }: TabsProps<T>) {
  const choose = (chosen: string) => {
    const tab = tabs.find((tab) => tab.value === chosen);
    if (tab) onChange(tab.value);
  };
  const list = useRef<HTMLDivElement>(null);
  // On a phone they do not all fit.
  useEffect(() => {
    list.current?.querySelector("[data-state=active]")?.scrollIntoView({
      block: "nearest",
      inline: "nearest",
    });
  }, [value]);
  return (
    <Radix.Root value={value} onValueChange={choose} className={styles.root}>
      <Radix.List ref={list} className={styles.list} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className={styles.tab}>{tab.label}</Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className={styles.content}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
