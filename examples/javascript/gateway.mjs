// What the examples share: requests to wagate that are repeated where that is safe, and errors that have a code.
import { setTimeout as sleep } from "node:timers/promises";

/** An answer with "success": false. `code` is the name to branch on, `answer` has all fields. */
export class GatewayError extends Error {
  constructor(answer) {
    super(`${answer.code}: ${answer.error}`);
    this.code = answer.code;
    this.answer = answer;
  }
}

/** A gateway, one API key of it, and the session that is meant where a request names none (none: `default`). */
export class Gateway {
  constructor(key, session) {
    this.url = process.env.WAGATE_URL ?? "http://localhost:3000";
    this.headers = { ...(key && { "X-API-Key": key }), ...(session && { "X-Session-Id": session }) };
  }

  /**
   * Make one request and return the JSON of its answer.
   *
   * A request that only reads, or has a `key` (its Idempotency-Key), is repeated when no answer came or the answer says
   * when to come again. A message with the same key is sent once, however often it is asked for.
   */
  async call(method, path, { key, json, form, headers = {} } = {}) {
    const asked = { ...this.headers, ...headers };
    if (key) asked["Idempotency-Key"] = key;
    if (json) asked["Content-Type"] = "application/json";
    const body = json ? JSON.stringify(json) : form;
    for (let triesLeft = method === "GET" || key ? 4 : 0; ; triesLeft--) {
      let response, answer;
      try {
        response = await fetch(this.url + path, { method, headers: asked, body, signal: AbortSignal.timeout(60_000) });
        answer = await response.json();
      } catch (error) {
        if (triesLeft === 0) throw error;
        await sleep(1000);
        continue;
      }
      if (answer.success) return answer;
      const pause = Number(response.headers.get("Retry-After"));
      if (triesLeft === 0 || !(pause > 0 && pause <= 30)) throw new GatewayError(answer);
      await sleep(pause * 1000);
    }
  }

  /** The bytes of a file of the gateway (`media.url` of a message). */
  async download(url) {
    const response = await fetch(this.url + url, { headers: this.headers });
    if (!response.ok) throw new Error(`GET ${url}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }
}
