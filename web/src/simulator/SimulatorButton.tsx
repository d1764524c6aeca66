import { Smartphone } from "lucide-react";
import { useBackend } from "../lib/backend.ts";
import { IconButton } from "../ui/Button.tsx";
import { BUTTON_ID, usePane } from "./pane.ts";

export default function SimulatorButton() {
  const { config } = useBackend();
  const [open, setOpen] = usePane();
  if (!config.local) return null;
  return (
    <IconButton
      id={BUTTON_ID}
      label="Phone simulator"
      aria-expanded={open}
      onClick={() => setOpen(!open)}
    >
      <Smartphone size={18} />
    </IconButton>
  );
}
