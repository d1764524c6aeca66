import type { Break } from "../break.ts";

const add = "tests/unit/tools/add/add.test.ts";
const refusals = "tests/unit/tools/add/refusals.test.ts";

export const addBreaks: Break[] = [
  {
    name: "add overwrites a file that it did not write",
    in: "tools/add/files.ts",
    find: "else if (known.length === 0) notOurs.push(path);",
    replace: "else if (known.length === 0) decided.changes.push({ path, text });",
    caughtBy: [refusals],
  },
  {
    name: "an update overwrites a file that somebody edited",
    in: "tools/add/files.ts",
    find: "else if (known.includes(hashOf(there))) {",
    replace: "else if (known.length > 0) {",
    caughtBy: [add],
  },
  {
    name: "a removal deletes a file that somebody edited",
    in: "tools/add/plan_removal.ts",
    find:
      "if (hashesOf(manifest, path).includes(hashOf(there))) changes.push({ path, text: null });\n    else kept",
    replace: "changes.push({ path, text: null });\n    if (false) kept",
    caughtBy: [add],
  },
  {
    name: "the migration has the time of day, whatever theirs have",
    in: "tools/add/migration.ts",
    find: "if (!later) stamp",
    replace: "if (!later && versions.length < 0) stamp",
    caughtBy: [add],
  },
  {
    name: "a version of a day alone counts as a number only",
    in: "tools/add/migration.ts",
    find: " && `${stamp}_` > `${version}_`",
    replace: "",
    caughtBy: [add],
  },
  {
    name: "an update writes migrations again that the project has",
    in: "tools/add/migration.ts",
    find: ".filter(([name]) => !applied.ours.has(name))",
    replace: "",
    caughtBy: [add],
  },
  {
    name: "the manifest does not say beforehand what will be written",
    in: "tools/add/write.ts",
    find: 'const steps = [manifest("meanwhile"), ...plan.changes',
    replace: "const steps = [...plan.changes",
    caughtBy: [refusals],
  },
  {
    name: "add does not look first whether it may write",
    in: "tools/add/write.ts",
    find: "for (const folder of foldersOf(steps)) await probe(project, folder);",
    replace: "",
    caughtBy: [refusals],
  },
  {
    name: "a removal leaves the end of a last line that add gave it",
    in: "tools/add/env_file.ts",
    find: 'const ends = written.ended && kept === "" && after === "";',
    replace: "const ends = false;",
    caughtBy: [add],
  },
  {
    name: "a removal takes out what others wrote between our lines of config.toml",
    in: "tools/add/config_toml.ts",
    find: "if (sameConfig(parseConfig(rest), theirs)) return rest;",
    replace: "if (theirs) return rest;",
    caughtBy: [refusals],
  },
  {
    name: "add deploys the adopter's own functions as well",
    in: "tools/add/report.ts",
    find: 'functions deploy --use-api ${functions.join(" ")}',
    replace: "functions deploy --use-api",
    caughtBy: ["tests/edge/add.test.ts"],
  },
  {
    name: "an export writes over a file",
    in: "tools/add/export.ts",
    find: "createNew: true",
    replace: "create: true, truncate: true",
    caughtBy: ["tests/database/export_file.test.ts"],
  },
  {
    name: "an export that failed leaves a file that looks whole",
    in: "tools/add/export.ts",
    find: "await Deno.remove(file);",
    replace: "",
    caughtBy: ["tests/database/export_file.test.ts"],
  },
  {
    name: "an older release is put over a newer one",
    in: "tools/add/plan.ts",
    find: "compareVersions(newest, release.version) > 0",
    replace: "compareVersions(newest, release.version) > 99",
    caughtBy: [refusals],
  },
];
