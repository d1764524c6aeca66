/** What the project answers to anybody who asks, with --url. */
import { VERSION_HEADER } from "../../../supabase/functions/_shared/sms/http/endpoint.ts";
import { MIGRATION_PAGES } from "../../../supabase/functions/_shared/sms/http/refused_caller.ts";
import { z } from "zod";
import { listed, type Look, Skip } from "../check.ts";
import type { Answer, Subject } from "../subject.ts";

const DEPLOY = "npx -y supabase@3.1.0 functions deploy --use-api";
const MOST_SECONDS = 30;

/** Each function that should be there, asked without a key. */
function asked(subject: Subject): Promise<{ name: string; answer: Answer }[]> {
  subject.url();
  return subject.once("functions", async () => {
    const { project, release } = subject;
    const names = project.functions.length > 0 ? project.functions : release.functions;
    return await Promise.all(
      names.map(async (name) => ({ name, answer: await subject.ask(`/functions/v1/${name}`) })),
    );
  });
}

const versionOf = ({ headers }: Answer) => headers.get(VERSION_HEADER);
const code = ({ body }: Answer) => z.object({ code: z.coerce.string() }).catch({ code: "" }).parse(body).code;

/** The platform itself answered, before any code of ours. */
const isPlatforms401 = (answer: Answer) => answer.status === 401 && versionOf(answer) === null;

export const functions: Look = async (subject) => {
  const problems = [];
  for (const { name, answer } of await asked(subject)) {
    if (versionOf(answer) !== null || isPlatforms401(answer)) continue;
    const why = answer.status === 404
      ? "is not deployed"
      : code(answer) === "BOOT_ERROR"
      ? "does not start; its log says why"
      : `is answered ${answer.status} by something that is not ours`;
    problems.push({ what: `${name} ${why}.`, mend: `${DEPLOY} ${name}` });
  }
  return problems;
};

export const deployedVersion: Look = async (subject) => {
  const files = subject.project.version ?? subject.release.version;
  const others = (await asked(subject)).flatMap(({ name, answer }) => {
    const version = versionOf(answer);
    return version === null || version === files ? [] : [{ name, version }];
  });
  return others.length === 0 ? [] : [{
    what: `${
      listed(others.map(({ name, version }) => `${name} is ${version}`))
    }, and the files are ${files}.`,
    // By their names: without any, the CLI deploys the adopter's own functions as well.
    mend: `${DEPLOY} ${others.map(({ name }) => name).join(" ")}`,
  }];
};

export const verifyJwt: Look = async (subject) => {
  const closed = (await asked(subject)).filter(({ answer }) => isPlatforms401(answer)).map(({ name }) =>
    name
  );
  return closed.map((name) => ({
    what:
      `The platform answers ${name} with 401 before our code runs: Twilio's webhooks would be refused as well.`,
    mend: `Put verify_jwt = false under [functions.${name}] in supabase/config.toml, then ${DEPLOY} ${name}`,
  }));
};

export const configured: Look = async (subject) => {
  const names = (await asked(subject)).filter(({ answer }) => code(answer) === "NOT_CONFIGURED").map((
    { name },
  ) => name);
  return names.length === 0 ? [] : [{
    what: `${listed(names)} ${
      names.length === 1 ? "lacks" : "lack"
    } a setting, or have one that is not valid.`,
    mend: `Look into the log of ${
      names[0]
    }, which names it; then npx -y supabase@3.1.0 secrets set NAME=VALUE`,
  }];
};

const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

export const signingKeys: Look = async (subject) => {
  const { status, body } = await subject.ask("/auth/v1/.well-known/jwks.json");
  const read = Keys.safeParse(body);
  if (status !== 200 || !read.success) {
    throw new Skip(`the project's Auth server did not name its keys (${status})`);
  }
  if (read.data.keys.some(({ kty }) => kty === "EC" || kty === "RSA" || kty === "OKP")) return [];
  return [{
    what:
      "The project signs users' tokens with its legacy JWT secret: every function answers its users 401 LEGACY_JWT.",
    mend: `Turn on JWT signing keys: ${MIGRATION_PAGES.tokens}`,
  }];
};

export const clocks: Look = async (subject) => {
  const [first] = await asked(subject);
  const problems = [];
  const here = Date.now();
  const off = (at: string | null | undefined) => at ? Math.round(Math.abs(Date.parse(at) - here) / 1_000) : 0;
  const functionsAre = off(first?.answer.headers.get("date"));
  if (functionsAre > MOST_SECONDS) {
    problems.push({
      what: `The functions' clock and this machine's differ by ${functionsAre} s.`,
      mend: "Set this machine's clock by NTP. If it is right, tell Supabase.",
    });
  }
  const database = subject.options.secretKey === null
    ? null
    : (await subject.inspected().catch(() => null))?.now;
  if (off(database) > MOST_SECONDS) {
    problems.push({
      what: `The database's clock and this machine's differ by ${
        off(database)
      } s: times and leases are wrong.`,
      mend: "Set the clock of the database's machine by NTP.",
    });
  }
  return problems;
};
