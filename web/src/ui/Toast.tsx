import { X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { IconButton } from "./Button.tsx";
import styles from "./Toast.module.css";

export interface ToastMessage {
  readonly title: string;
  readonly description?: string;
  readonly tone?: "neutral" | "danger";
}

interface Shown extends ToastMessage {
  readonly id: number;
}

const ToastContext = createContext<(message: ToastMessage) => void>(() => {});

let shownSoFar = 0;

/** Where toasts come up; once, around the app. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const show = useCallback((message: ToastMessage) => {
    shownSoFar += 1;
    const id = shownSoFar;
    // Three at most: more would cover what they are about.
    setShown((before) => [...before.slice(-2), { ...message, id }]);
  }, []);
  const close = (id: number) => setShown((before) => before.filter((toast) => toast.id !== id));
  return (
    <ToastContext value={show}>
      <Radix.Provider duration={6_000} label="Notice">
        {children}
        {shown.map((toast) => (
          <Radix.Root
            key={toast.id}
            className={styles.toast}
            data-tone={toast.tone ?? "neutral"}
            type={toast.tone === "danger" ? "foreground" : "background"}
            onOpenChange={() => close(toast.id)}
          >
            <div>
              <Radix.Title className={styles.title}>{toast.title}</Radix.Title>
              {toast.description && (
                <Radix.Description className={styles.description}>{toast.description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" size="sm">
                <X size={16} />
              </IconButton>
            </Radix.Close>
          </Radix.Root>
        ))}
        <Radix.Viewport className={styles.viewport} />
      </Radix.Provider>
    </ToastContext>
  );
}

/** Says something in passing: `toast({ title: "Saved" })`. What has to be read belongs into the page. */
export function useToast(): (message: ToastMessage) => void {
  return useContext(ToastContext);
}
