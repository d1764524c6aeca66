/** Further tenants of a file's stack, each with a number that nobody else has. */
import { type ConnectedTenant, connectTenant as connect } from "../support/tenants.ts";
import { phone, type TestStack } from "./support.ts";

export { type ConnectedTenant, operator, saveToken, webhookUrl } from "../support/tenants.ts";

/** A second tenant: a real user with a Twilio account, an assistant and a number of their own. */
export function connectTenant(stack: TestStack): Promise<ConnectedTenant> {
  return connect(stack, phone());
}
