import { type FormEvent, useState } from "react";
import { useBackend } from "../lib/backend.ts";
import { Button } from "../ui/Button.tsx";
import { Field, Input } from "../ui/Field.tsx";
import styles from "./SignIn.module.css";

/** By e-mail and password. Who signs up, and how, is the business of the app around. */
export default function SignIn({ lost }: { readonly lost: boolean }) {
  const { client, config } = useBackend();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function signIn(credentials: { email: string; password: string }) {
    setBusy(true);
    setProblem(null);
    const { error } = await client.auth.signInWithPassword(credentials);
    setBusy(false);
    if (error) setProblem(problemOf(error));
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void signIn({
      email: String(form.get("email")).trim(),
      password: String(form.get("password")),
    });
  }

  const demo = import.meta.env.MODE === "stack" ? config.local?.user : undefined;
  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={submit} aria-labelledby="sign-in">
        <img src="./icon.svg" alt="" width={48} height={48} />
        <h1 id="sign-in" className={styles.title}>Sign in to your inbox</h1>
        <Waiting lost={lost} />
        <Field label="E-mail">
          <Input name="email" type="email" autoComplete="username" required />
        </Field>
        <Field label="Password" error={problem}>
          <Input
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
        </Field>
        <Button type="submit" variant="primary" busy={busy}>Sign in</Button>
        {demo && (
          <div className={styles.demo}>
            <p>This is the local stack: nothing leaves your machine.</p>
            <Button onClick={() => void signIn(demo)} disabled={busy}>
              Sign in as the demo user
            </Button>
          </div>
        )}
      </form>
    </main>
  );
}

/** What became of what somebody was doing when the session ended. */
function Waiting({ lost }: { readonly lost: boolean }) {
  const count = unsentHere();
  if (!lost && count === 0) return null;
  return (
    <p className={styles.notice} role="status">
      {lost &&
        "You were signed out. Sign in again, and you go on where you were. "}
      {count > 0 &&
        `${
          count === 1 ? "A text that was not sent yet waits" : `${count} texts that were not sent yet wait`
        } in this browser, and ${count === 1 ? "leaves" : "leave"} when you are signed in.`}
    </p>
  );
}

function unsentHere(): number {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith("sms.outbox.")).length;
  } catch {
    return 0;
  }
}

function problemOf(
  error: { status?: number | undefined; code?: string | undefined },
): string {
  if (error.code === "invalid_credentials") {
    return "This e-mail or password is wrong.";
  }
  if (!error.status) {
    return "The server cannot be reached. Check the connection.";
  }
  if (error.code === "email_not_confirmed") {
    return "Confirm your e-mail address first, by the link we sent you.";
  }
  if (error.code === "user_banned") {
    return "This account is switched off. Ask the operator.";
  }
  if (error.status === 429) {
    return "That was tried too often. Wait a few minutes, and try again.";
  }
  if (error.status >= 500) {
    return "The server could not do that just now. Try again in a moment.";
  }
  return "Signing in did not work. Look at the e-mail and the password.";
}
