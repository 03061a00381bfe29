/** When a call is asked again, and after how long: never when it might be done twice. */

import { isRefused, type Outcome, problem, retryAfter } from "./answers.js";
import { type Call, isRepeatable } from "./calls.js";

/** How patient a client is. */
export interface Retries {
  /** How often a call is asked at most; 1 never asks again. */
  attempts: number;
  /** Seconds; who says `Retry-After` with more gets its error thrown at once. */
  longestPause: number;
}

export const RETRIES: Retries = { attempts: 4, longestPause: 30 };
/** For who follows events: it goes on where it was when the gateway is there again. */
export const FOR_GOOD: Retries = { attempts: Infinity, longestPause: 30 };

const TOO_MANY = 429;
/** From something in front of a gateway that is away for the moment. */
const OF_PROXIES = [502, 503, 504];
const FIRST_PAUSE = 0.5;

/** Seconds to wait before the next attempt, or undefined: this one, counted from 1, was the last. */
export function pauseAfter(retries: Retries, call: Call, attempt: number, outcome: Outcome): number | undefined {
  if (attempt >= retries.attempts) return undefined;
  const most = Math.min(FIRST_PAUSE * 2 ** (attempt - 1), retries.longestPause);
  const own = most * (0.5 + Math.random() / 2); // so that many clients do not come back at once
  if ("failure" in outcome) return isRefused(outcome.failure) || isRepeatable(call) ? own : undefined;
  const { answer } = outcome;
  const said = retryAfter(answer);
  if (said !== undefined) {
    const isSure = isRepeatable(call) || answer.status === TOO_MANY;
    return isSure && said <= retries.longestPause ? Math.max(said, own) : undefined;
  }
  const isOfProxy = OF_PROXIES.includes(answer.status) && problem(call, outcome).code.startsWith("HTTP_");
  return isOfProxy && isRepeatable(call) ? own : undefined;
}
