/** What an answer is: what was asked for, or an error. */

import type { Call } from "./calls.js";
import { GatewayUnreachable, WagateError } from "./problems.js";

/** What came of one attempt: a whole answer, or why there is none. */
export type Outcome = { answer: Response; content: Uint8Array } | { failure: unknown };

/** What a successful answer has in it: bytes, or what its JSON says. */
export function contentOf(call: Call, content: Uint8Array): unknown {
  return call.answersBytes ? content : JSON.parse(new TextDecoder().decode(content));
}

/** What an attempt that was none is thrown as. */
export function problem(call: Call, outcome: Outcome): WagateError {
  if ("failure" in outcome) {
    const { idempotencyKey } = call;
    const why = outcome.failure instanceof Error ? causeOf(outcome.failure) : String(outcome.failure);
    const words = `No answer to ${call.method} ${call.path}: ${why}`;
    return new GatewayUnreachable(words, { idempotencyKey, cause: outcome.failure });
  }
  const { answer } = outcome;
  const { success: _, code, error, requestId, ...fields } = objectOf(outcome.content);
  return new WagateError(
    (code as WagateError["code"] | undefined) ?? `HTTP_${answer.status}`,
    answer.status,
    (error as string | undefined) ?? `What answered is no gateway: ${answer.statusText}`,
    {
      requestId: (requestId as string | undefined) ?? answer.headers.get("X-Request-Id") ?? undefined,
      retryAfter: retryAfter(answer),
      idempotencyKey: call.idempotencyKey,
      fields,
    },
  );
}

/** Seconds that the answer says; undefined when it says none, or a date. */
export function retryAfter(answer: Response): number | undefined {
  const said = answer.headers.get("Retry-After") ?? "";
  return /^\d+$/.test(said) ? Number(said) : undefined;
}

/** Whether nobody was there, so that nothing can have been done. */
export function isRefused(failure: unknown): boolean {
  const codes = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"];
  const cause = failure instanceof Error ? failure.cause : undefined;
  return cause instanceof Error && "code" in cause && codes.includes(String(cause.code));
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

function objectOf(content: Uint8Array): Record<string, unknown> {
  try {
    const told: unknown = JSON.parse(new TextDecoder().decode(content));
    return typeof told === "object" && told !== null ? (told as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
