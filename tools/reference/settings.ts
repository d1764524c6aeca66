/** The pages that say what each setting is for: docs/reference/settings.md and .env.example. */
import {
  type Setting,
  type SettingGroup,
  type SettingName,
  SETTINGS,
} from "../../supabase/functions/_shared/sms/setting_table.ts";

const SOURCE = "supabase/functions/_shared/sms/setting_table.ts";

const TITLES: Record<SettingGroup, string> = {
  twilio: "Twilio: the default account",
  model: "The model",
  address: "Where Twilio reaches you",
  secrets: "Secrets of this project",
  fine: "Fine points",
  old: "Names of the system that this replaces",
  platform: "Set by the platform",
  tools: "For tools on your machine",
};

const COLUMNS = 118;

type Row = [SettingName, Setting];

function rowsOf(group: SettingGroup): Row[] {
  return (Object.entries(SETTINGS) as Row[]).filter(([, setting]) => setting.group === group);
}

/** docs/reference/settings.md */
export function settingsPage(): string {
  const groups = Object.keys(TITLES) as SettingGroup[];
  return [
    "# Settings",
    "",
    `Made from \`${SOURCE}\` by \`deno task reference\`; do not edit.`,
    "",
    "Functions read these from the project's secrets, `task dev` from the terminal's environment and",
    "`supabase/functions/.env`. All functions of a project share its secrets, so settings of this project begin with `SMS_`.",
    "Only settings that a provider has named keep that name. A setting that is not listed here changes nothing.",
    ...groups.flatMap((group) => ["", `## ${TITLES[group]}`, "", ...tableOf(rowsOf(group))]),
    "",
  ].join("\n");
}

function tableOf(rows: Row[]): string[] {
  return [
    "| name | what for | default | who reads it |",
    "| --- | --- | --- | --- |",
    ...rows.map(([name, { what, default: usual, readBy }]) =>
      `| \`${name}\` | ${what} | ${usual ?? "–"} | ${readBy} |`
    ),
  ];
}

/** Set for `.env.example`: what the platform sets, and what tools on a machine are told, stands elsewhere. */
const IN_EXAMPLE: SettingGroup[] = ["twilio", "model", "address", "secrets", "fine", "old"];

/** .env.example; every line is a comment, so that a copy sets no empty secrets. */
export function environmentExample(): string {
  return [
    `# Made from ${SOURCE} by \`deno task reference\`; do not edit.`,
    "#",
    ...wrap(
      "Copy this to supabase/functions/.env and take the # off what you set. `supabase start`, `supabase secrets set " +
        "--env-file` and `deno task dev` read it. For `deno task dev` everything here is optional.",
    ),
    ...IN_EXAMPLE.flatMap((group) => ["", ruler(TITLES[group]), ...rowsOf(group).flatMap(exampleOf)]),
    "",
  ].join("\n");
}

function exampleOf([name, { what, default: usual, example }]: Row): string[] {
  // A default that is a word or an address is itself the example; one in words is told.
  const value = example ?? (usual !== null && /^\S*[\d:]\S*$|^info$/.test(usual) ? usual : "");
  const told = usual === null || usual === "none" || usual === value ? what : `${what} Default: ${usual}.`;
  return [...wrap(told), `# ${name}=${value}`];
}

function ruler(title: string): string {
  return `# ── ${title} `.padEnd(COLUMNS, "─");
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "#";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
