/** Events that a webhook brings: verify that they are of your gateway before you read them. */

import { Webhook as Signed, WebhookVerificationError } from "standardwebhooks";
import type { EventSchema } from "./generated/schemas.js";

export { WebhookVerificationError };

/** A webhook of yours, by the secret that it was made with (`whsec_…`). */
export class Webhook {
  readonly #webhook: Signed;

  /** The secret is in the answer of `createWebhook` and `rotateWebhookSecret`, and nowhere else. */
  constructor(secret: string) {
    this.#webhook = new Signed(secret);
  }

  /**
   * The event that a request brought. The same one may come twice, always under the same `id`.
   *
   * `body` is as it came, byte by byte. Throws a `WebhookVerificationError` when it is not of this webhook, or older
   * than five minutes: answer 401.
   */
  verify(body: string | Uint8Array, headers: Headers | Record<string, string | string[] | undefined>): EventSchema {
    const given = headers instanceof Headers ? [...headers] : Object.entries(headers);
    const plain = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value ?? "")]));
    const text = typeof body === "string" ? body : new TextDecoder().decode(body);
    return this.#webhook.verify(text, plain) as EventSchema;
  }
}
