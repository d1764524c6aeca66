/** What opens a Supabase project or a Twilio account, as the local stack makes it too: keys with their checksum, signed and sealed tokens. */
const SECRET =
  /\bsb_secret_[A-Za-z0-9]{22}_[A-Za-z0-9]{8}\b|\beyJ[\w-]{15,}\.[\w-]*\.[\w-]{8,}[\w.-]*|\bBasic [A-Za-z0-9+/]{40,}=*/g;

/** What a suite printed, fit for a log that others read, and whether something had to be taken out. */
export function withoutSecrets(output: string): { readonly text: string; readonly had: boolean } {
  const text = output.replace(SECRET, "[secret]");
  return { text, had: text !== output };
}
