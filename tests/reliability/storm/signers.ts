/** Both kinds of signature: one tenant's account is signed by SharedKeys, another one's by its token, and both are changed. */
import { signForm } from "../../../local/carrier/mod.ts";
import type { Connection } from "../../../local/carrier/webhook_rules.ts";
import type { Stack } from "../../../local/stack.ts";
import { saveSharedKey, saveToken } from "../../support/tenants.ts";

interface Owner {
  id: string;
  accountSid: string;
  authToken: string;
  number: string;
}

export interface Signers {
  /** The next key and the next token: each is given before Twilio signs with it. */
  rotate(): Promise<void>;
  /** Posts what nobody signed who may. Returns what was taken. */
  forge(): Promise<string[]>;
}

/** As often as a number's own URL says; a Rule's Setting takes its place. */
const CONNECTION: Connection = {
  connectTimeoutMs: 5_000,
  readTimeoutMs: 15_000,
  totalTimeoutMs: 15_000,
  retryPolicy: { retryCount: 3, retryOn: ["HTTP_5XX", "CONNECTION_TIMEOUT", "READ_TIMEOUT"] },
};
const TRIES = 100;

export async function setSigners(stack: Stack, byKey: Owner, byToken: Owner): Promise<Signers> {
  const { carrier } = stack;
  if (carrier === null) throw new Error("A storm has a carrier of its own");
  let rule: { id: string } | null = null;
  const keys: { id: string; secret: string }[] = [];
  const signWithNext = async () => {
    const key = carrier.addSharedKey(byKey.accountSid);
    await insist(() => saveSharedKey(stack, byKey, key));
    if (rule !== null) carrier.deleteWebhookRule(byKey.accountSid, rule.id);
    rule = carrier.addWebhookRule(byKey.accountSid, { sharedKeyId: key.id, connection: CONNECTION });
    keys.unshift(key);
  };
  await signWithNext();
  return {
    async rotate() {
      await signWithNext();
      const next = carrier.createSecondaryToken(byToken.accountSid);
      await insist(() => saveToken(stack, { id: byToken.id, accountSid: byToken.accountSid }, next));
      carrier.rotateToken(byToken.accountSid);
    },
    async forge() {
      const [key] = keys;
      const stranger = carrier.addSharedKey(byToken.accountSid);
      const taken: string[] = [];
      const post = async (what: string, owner: Owner, secret: string, keyId?: string) => {
        if (await isTaken(stack, { owner, secret, keyId })) taken.push(what);
      };
      await post("a wrong token", byToken, "0".repeat(32));
      await post("the other account's token", byToken, byKey.authToken);
      await post("a SharedKey where none is named", byKey, key?.secret ?? "");
      await post("the token where a SharedKey is named", byKey, byKey.authToken, key?.id);
      await post("a wrong secret", byKey, stranger.secret, key?.id);
      await post("another account's SharedKey", byKey, stranger.secret, stranger.id);
      await post("a SharedKey for another account", byToken, key?.secret ?? "", key?.id);
      return taken;
    },
  };
}

/** Again while the storm is in the way. */
async function insist(work: () => Promise<void>): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function isTaken(
  stack: Stack,
  { owner, secret, keyId }: { owner: Owner; secret: string; keyId: string | undefined },
): Promise<boolean> {
  const url = `${stack.ready.functionsUrl}/sms-webhook`;
  const form: [string, string][] = [
    ["AccountSid", owner.accountSid],
    ["MessageSid", `SM${crypto.randomUUID().replaceAll("-", "")}`],
    ["From", "+14155550199"],
    ["To", owner.number],
    ["Body", "Forged"],
  ];
  const algorithm = keyId === undefined ? "HMAC_SHA1" : "HMAC_SHA256";
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signForm(secret, url, form, { algorithm }),
      ...(keyId === undefined
        ? {}
        : { "x-twilio-webhooks-signature-settings": `key=${keyId},algorithm=${algorithm}` }),
    },
    body: new URLSearchParams(form).toString(),
  });
  await response.body?.cancel();
  return response.status === 200;
}
