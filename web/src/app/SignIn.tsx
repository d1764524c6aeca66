import { type FormEvent, useState } from "react";
import { useBackend } from "../lib/backend.ts";
import { Button } from "../ui/Button.tsx";
import { Field, Input } from "../ui/Field.tsx";
import styles from "./SignIn.module.css";

/** By e-mail and password. Who signs up, and how, is the business of the app around. */
export default function SignIn() {
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
    void signIn({ email: String(form.get("email")).trim(), password: String(form.get("password")) });
  }

  const demo = import.meta.env.MODE === "stack" ? config.local?.user : undefined;
  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={submit} aria-labelledby="sign-in">
        <img src="./icon.svg" alt="" width={48} height={48} />
        <h1 id="sign-in" className={styles.title}>Sign in to your inbox</h1>
        <Field label="E-mail">
          <Input name="email" type="email" autoComplete="username" required />
        </Field>
        <Field label="Password" error={problem}>
          <Input name="password" type="password" autoComplete="current-password" required />
        </Field>
        <Button type="submit" variant="primary" busy={busy}>Sign in</Button>
        {demo && (
          <div className={styles.demo}>
            <p>This is the local stack: nothing leaves your machine.</p>
            <Button onClick={() => void signIn(demo)} disabled={busy}>Sign in as the demo user</Button>
          </div>
        )}
      </form>
    </main>
  );
}

function problemOf(
  error: { status?: number | undefined; code?: string | undefined; message: string },
): string {
  if (error.code === "invalid_credentials") return "This e-mail or password is wrong.";
  if (!error.status) return "The server cannot be reached. Check the connection.";
  return error.message;
}
