import { DropdownMenu as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import styles from "./Menu.module.css";

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onSelect: () => void;
  readonly tone?: "neutral" | "danger";
  readonly disabled?: boolean;
}

/**
 * Actions behind one button, which is `trigger`. What is chosen happens when the menu is gone and the focus is back on the
 * button: a dialog that it opens gives the focus back to there.
 */
export function Menu(
  { trigger, items }: { readonly trigger: ReactNode; readonly items: readonly MenuItem[] },
) {
  const chosen = useRef<MenuItem | null>(null);
  const act = () => {
    chosen.current?.onSelect();
    chosen.current = null;
  };
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={styles.content}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={act}
        >
          {items.map((item) => (
            <Radix.Item
              key={item.label}
              className={styles.item}
              data-tone={item.tone ?? "neutral"}
              disabled={item.disabled ?? false}
              onSelect={() => void (chosen.current = item)}
            >
              {item.icon}
              {item.label}
            </Radix.Item>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
