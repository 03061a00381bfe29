/** A client of wagate, a WhatsApp gateway. */

export type { Options, SendOptions } from "./calls.js";
export { type Following, type Gateway, Wagate } from "./client.js";
export type { ErrorCode } from "./generated/codes.js";
export type * from "./generated/schemas.js";
export { GatewayUnreachable, WagateError } from "./problems.js";
export type { Retries } from "./retrying.js";
export { Webhook, WebhookVerificationError } from "./webhooks.js";
