// The URLs that Twilio is given, apart from its client: who only checks signatures goes without that.

/**
 * How often and when Twilio tries a callback again; by default it gives up on a 5xx at once. Where a Webhook Rule of the
 * account matches, its Setting decides instead. No page says whether the fragment is part of what is signed.
 * Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export const CONNECTION_OVERRIDES = "#rc=3&rp=5xx,ct,rt";

/** @returns the URL to which Twilio posts inbound messages, without overrides */
export function smsWebhookUrl(publicUrl: string): string {
  return `${publicUrl}/functions/v1/sms-webhook`;
}

/** @returns the callback URL of one message. Our id in it finds the message before we know Twilio's SID */
export function statusCallbackUrl(publicUrl: string, messageId: string): string {
  return `${publicUrl}/functions/v1/sms-status?message_id=${
    encodeURIComponent(messageId)
  }${CONNECTION_OVERRIDES}`;
}
