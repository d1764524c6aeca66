/**
 * The peer as `bench/cycle` runs it: https://www.npmjs.com/package/chat with its Twilio adapter and Postgres state, with
 * the best settings found. It runs under Node from a temporary folder, where npm has installed `package.json` beside it.
 *
 * `POST /sms` is its webhook, for texts and statuses. `GET /errors` answers what it complained about since the last time.
 */
import http from "node:http";
import { createPostgresState } from "@chat-adapter/state-pg";
import { createTwilioAdapter } from "@chat-adapter/twilio";
import { Chat } from "chat";

const { ACCOUNT_SID, AUTH_TOKEN, CARRIER_URL, DATABASE_URL, MODEL_URL } = process.env;

const complaints = new Map();
function complain(message, details) {
  const cause = details?.error?.message ?? details?.message ?? details?.error ?? "";
  const complaint = `${message} ${cause}`.trim().slice(0, 120);
  complaints.set(complaint, (complaints.get(complaint) ?? 0) + 1);
}
const logger = { debug() {}, info() {}, warn: complain, error: complain, child: () => logger };

async function askModel(text) {
  const response = await fetch(`${MODEL_URL}/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer local", "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-6-luna", messages: [{ role: "user", content: text }] }),
  });
  if (!response.ok) throw new Error(`The model answered ${response.status}`);
  return (await response.json()).choices[0].message.content;
}

async function bodyOf(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

const server = http.createServer(async (request, response) => {
  if (request.url === "/errors") {
    response.end(JSON.stringify(Object.fromEntries(complaints)));
    complaints.clear();
    return;
  }
  const body = await bodyOf(request);
  const answer = await bot.webhooks.twilio(
    new Request(webhookUrl, { method: "POST", body, headers: request.headers }),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
});
await new Promise((resolve) => server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve));
const webhookUrl = `http://127.0.0.1:${server.address().port}/sms`;

const bot = new Chat({
  userName: "peer",
  adapters: {
    twilio: createTwilioAdapter({
      accountSid: ACCOUNT_SID,
      authToken: AUTH_TOKEN,
      phoneNumber: "+14159999999",
      apiUrl: CARRIER_URL,
      webhookUrl,
      statusCallbackUrl: webhookUrl,
      logger,
    }),
  },
  state: createPostgresState({ url: DATABASE_URL, logger }),
  concurrency: "concurrent",
  lockScope: "thread",
  logger,
});
bot.onDirectMessage(async (thread, message) => {
  await thread.post(await askModel(message.text));
});
await bot.initialize?.();
console.log(`ready ${JSON.stringify({ webhookUrl })}`);
