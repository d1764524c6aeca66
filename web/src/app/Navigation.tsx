import { LogOut, Moon, Sun, SunMoon } from "lucide-react";
import { Suspense } from "react";
import { Link, useLocation } from "wouter";
import { useSession } from "../lib/session.tsx";
import { type Theme, useTheme } from "../lib/theme.ts";
import { IconButton } from "../ui/Button.tsx";
import styles from "./Navigation.module.css";
import { pages, SIGN_OUT_PATH } from "./pages.tsx";
import { SimulatorButton } from "./simulator.ts";

const THEMES = [
  { theme: "system", label: "as the device", icon: <SunMoon size={18} /> },
  { theme: "light", label: "light", icon: <Sun size={18} /> },
  { theme: "dark", label: "dark", icon: <Moon size={18} /> },
] as const satisfies readonly { theme: Theme; label: string; icon: unknown }[];

export function Navigation() {
  const [location] = useLocation();
  return (
    <nav className={styles.nav} aria-label="Pages">
      <ul className={styles.pages}>
        {pages.map(({ path, label, icon }) => (
          <li key={path}>
            <Link
              href={path}
              className={styles.link}
              aria-current={location === path || location.startsWith(`${path}/`) ? "page" : undefined}
            >
              {icon}
              <span>{label}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className={styles.tools}>
        {SimulatorButton && (
          <Suspense fallback={null}>
            <SimulatorButton />
          </Suspense>
        )}
        <ThemeButton />
        <SignOutButton />
      </div>
    </nav>
  );
}

/** One press, the next theme: a menu for three things would be most of what the frame weighs. */
function ThemeButton() {
  const [theme, choose] = useTheme();
  const at = THEMES.findIndex((entry) => entry.theme === theme);
  const { label, icon } = THEMES[at] ?? THEMES[0];
  const next = THEMES[(at + 1) % THEMES.length] ?? THEMES[0];
  return (
    <IconButton label={`Theme: ${label}. Change to ${next.label}`} onClick={() => choose(next.theme)}>
      {icon}
    </IconButton>
  );
}

function SignOutButton() {
  const { user } = useSession();
  const [, go] = useLocation();
  return (
    <IconButton label={`Sign out ${user.email ?? ""}`.trim()} onClick={() => go(SIGN_OUT_PATH)}>
      <LogOut size={18} />
    </IconButton>
  );
}
