/**
 * `deno task sign URL FORM`: the X-Twilio-Signature of a form as Twilio would sign it, for trying a webhook by hand.
 * The token is read from TWILIO_AUTH_TOKEN, so that it does not stand in the shell's history.
 *
 * @example
 * curl "$URL" -d "$FORM" -H "x-twilio-signature: $(npx -y deno@2.9.6 task -q sign "$URL" "$FORM")"
 */
import { signForm } from "../local/carrier/signature.ts";
import { complain, print } from "../local/print.ts";

const [url, form] = Deno.args;
// While a token is rotated there are several; Twilio signs with the first.
const token = Deno.env.get("TWILIO_AUTH_TOKEN")?.split(",")[0]?.trim();
if (url === undefined || form === undefined || !token) {
  complain("Usage: TWILIO_AUTH_TOKEN=… deno task sign URL FORM");
  complain("FORM is what curl -d takes, for example 'From=%2B14155550101&Body=Hello'.");
  Deno.exit(2);
}
print(signForm(token, url, [...new URLSearchParams(form)]));
