import { LogOut, Moon, Sun, SunMoon } from "lucide-react";
import { Suspense } from "react";
import { Link, useLocation } from "wouter";
import { useBackend } from "../lib/backend.ts";
import { useSession } from "../lib/session.tsx";
import { type Theme, useTheme } from "../lib/theme.ts";
import { IconButton } from "../ui/Button.tsx";
import { Menu } from "../ui/Menu.tsx";
import styles from "./Navigation.module.css";
import { pages } from "./pages.tsx";
import { SimulatorButton } from "./simulator.ts";

const THEMES = [
  { theme: "system", label: "As the device", icon: <SunMoon size={18} /> },
  { theme: "light", label: "Light", icon: <Sun size={18} /> },
  { theme: "dark", label: "Dark", icon: <Moon size={18} /> },
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
        <ThemeMenu />
        <SignOut />
      </div>
    </nav>
  );
}

function ThemeMenu() {
  const [theme, choose] = useTheme();
  const chosen = THEMES.find((entry) => entry.theme === theme) ?? THEMES[0];
  return (
    <Menu
      trigger={<IconButton label={`Theme: ${chosen.label}`}>{chosen.icon}</IconButton>}
      items={THEMES.map(({ theme, label, icon }) => ({ label, icon, onSelect: () => choose(theme) }))}
    />
  );
}

function SignOut() {
  const { client } = useBackend();
  const { user } = useSession();
  // Here only: other devices stay signed in.
  const leave = () => void client.auth.signOut({ scope: "local" });
  return (
    <IconButton label={`Sign out ${user.email ?? ""}`.trim()} onClick={leave}>
      <LogOut size={18} />
    </IconButton>
  );
}
