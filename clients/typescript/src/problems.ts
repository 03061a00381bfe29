/** What goes wrong. */

import { CODES, type ErrorCode } from "./generated/codes.js";

/** The gateway did not do what was asked. Branch on `code`; docs/errors.md has them all. */
export class WagateError extends Error {
  override readonly name: string = "WagateError";

  constructor(
    /** Which error it is. `HTTP_502` and the like are not of the gateway but of something in front of it. */
    readonly code: ErrorCode | "GATEWAY_UNREACHABLE" | `HTTP_${number}`,
    /** The HTTP status of the answer; 0 when none came. */
    readonly status: number,
    /** What happened and what to do, for people; the words may change. */
    readonly words: string,
    readonly details: {
      /** Give it when you report a problem. */
      requestId?: string | undefined;
      /** Seconds after which trying again makes sense; undefined when waiting does not help. */
      retryAfter?: number | undefined;
      /** Of a send. Sent again under the same one, it is never a second message. */
      idempotencyKey?: string | undefined;
      /** What else the answer has, as `connectionStatus` or `waCode`. */
      fields?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    super(`${code}: ${words}${details.requestId ? ` (${details.requestId})` : ""}`, { cause: details.cause });
  }

  /** What to do about errors of this code. */
  get remedy(): string {
    return (CODES as Record<string, { remedy: string }>)[this.code]?.remedy ?? "Report it, with the request's id.";
  }

  get requestId(): string | undefined {
    return this.details.requestId;
  }

  get retryAfter(): number | undefined {
    return this.details.retryAfter;
  }

  get idempotencyKey(): string | undefined {
    return this.details.idempotencyKey;
  }

  get fields(): Record<string, unknown> {
    return this.details.fields ?? {};
  }
}

/** No answer came: whether it was done is not known. Ask again; a send with the same `idempotencyKey`. */
export class GatewayUnreachable extends WagateError {
  override readonly name = "GatewayUnreachable";

  constructor(words: string, details: { idempotencyKey?: string | undefined; cause?: unknown }) {
    super("GATEWAY_UNREACHABLE", 0, words, details);
  }

  override get remedy(): string {
    return "Check the address, and that the gateway runs: `wagate doctor` looks at it.";
  }
}
