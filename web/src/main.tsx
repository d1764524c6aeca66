import "@fontsource-variable/inter/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { NotConfigured } from "./app/NotConfigured.tsx";
import { type Backend, connect } from "./lib/backend.ts";
import { ConfigError, loadConfig } from "./lib/config.ts";

async function main(): Promise<void> {
  const element = document.getElementById("root");
  if (!element) throw new Error("index.html has no #root");
  const root = createRoot(element);
  let backend: Backend;
  try {
    backend = connect(await loadConfig());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    root.render(<NotConfigured problem={error.message} />);
    return;
  }
  root.render(
    <StrictMode>
      <App backend={backend} />
    </StrictMode>,
  );
}

void main();
