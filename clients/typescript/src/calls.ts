/** One call of the API, before it is asked and asked again. */

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What is asked; without what only the client knows (the address, the key, the session). */
export interface Call {
  method: Method;
  path: string;
  /** What stands in the braces of the path, one after the other. */
  names?: readonly string[];
  query?: object;
  body?: object;
  content?: Blob | Uint8Array;
  headers?: Record<string, string>;
  /** Whose key is needed; `api` when it does not say. */
  key?: "admin" | "none";
  /** Whether it sends a message: it has an Idempotency-Key then, the same in every attempt. */
  sends?: boolean;
  idempotencyKey?: string | undefined;
  answersBytes?: boolean;
}

/** Of every method. */
export interface Options {
  /** Ends it; the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
}

/** Of methods that send. */
export interface SendOptions extends Options {
  /** One message for one key, for 24 h, however often it is sent; made up when it is not given. */
  idempotencyKey?: string;
}

/** Done twice, they are as if done once (RFC 9110, 9.2.2). */
const REPEATABLE = new Set<Method>(["GET", "PUT", "DELETE"]);

/** Whether it may be asked again although it may have been done. */
export function isRepeatable(call: Call): boolean {
  return REPEATABLE.has(call.method) || call.idempotencyKey !== undefined;
}

/** Where it is asked. */
export function addressOf(call: Call, url: string): string {
  const names = [...(call.names ?? [])];
  const path = call.path.replace(/\{\w+\}/g, () => encodeURIComponent(names.shift() ?? ""));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined && value !== null) asked.set(name, String(value));
  }
  const query = asked.size ? `?${asked}` : "";
  return (path.startsWith("/") ? url + path : path) + query; // a file may have to be brought elsewhere
}
