/** The client. */

import { contentOf, type Outcome, problem } from "./answers.js";
import { addressOf, type Call, type Options, type SendOptions } from "./calls.js";
import { Operations } from "./generated/operations.js";
import type { EventSchema, EventsAnswer, UploadAnswer } from "./generated/schemas.js";
import { FOR_GOOD, pauseAfter, RETRIES, type Retries } from "./retrying.js";

/** Milliseconds: a send waits for WhatsApp for up to 60 s. */
const TIMEOUT = 90_000;
const EVENTS_WAIT = 20;

/** Where a gateway is, and who asks it. */
export interface Gateway {
  /** As `http://localhost:3000`. */
  url: string;
  /** `wa_…`; admin routes need the admin key instead. */
  key?: string | undefined;
  /** Only for who makes keys and looks after hosts. */
  adminKey?: string | undefined;
  /** How often what fails is tried again. */
  retries?: Partial<Retries>;
  /** Another `fetch`, for a proxy or certificates. */
  fetch?: typeof fetch;
}

/** Which events are followed. */
export interface Following extends Options {
  /** The `cursor` of the last event that you dealt with; `latest`; else from the oldest event that is kept. */
  after?: string | undefined;
  /** Only these, with commas: `message.received`, `message.*`. */
  types?: string;
  /** Only of this session. */
  sessionId?: string | undefined;
}

/**
 * A gateway: each method is an operation of its API (docs/http-api.md), with the API's names.
 *
 * Every method throws a `WagateError`.
 */
export class Wagate extends Operations {
  readonly #gateway: Gateway;
  readonly #retries: Retries;
  readonly #session: string | undefined;

  constructor(gateway: Gateway, session?: string) {
    super();
    this.#gateway = { ...gateway, url: gateway.url.replace(/\/+$/, "") };
    this.#retries = { ...RETRIES, ...gateway.retries };
    this.#session = session;
  }

  /** The same gateway, where everything is about this session unless a call names another one. */
  session(name: string): Wagate {
    return new Wagate(this.#gateway, name);
  }

  /** Keep a file that messages may be sent with: `mediaId` is the `id` of the answer's `file`. */
  async uploadFile(
    file: Blob | Uint8Array,
    about: { name?: string; mimetype?: string } = {},
    options?: Options,
  ): Promise<UploadAnswer> {
    const size = file instanceof Blob ? file.size : file.byteLength;
    // Said first and brought then: at AWS this works for large files, too.
    const body = { size, fileName: about.name, mimetype: about.mimetype };
    const promise = await this.ask<UploadAnswer>({ method: "POST", path: "/api/upload", body }, options);
    const { url, headers } = promise.upload!;
    // Without a key, since the address may be S3's.
    await this.ask({ method: "PUT", path: url, content: file, headers, key: "none", answersBytes: true }, options);
    return promise;
  }

  /**
   * Every event, in order, without end: each once, whatever happens to the gateway meanwhile.
   *
   * Keep the `cursor` of the last event that you dealt with, and go on from it after a start. Throws `EVENTS_GONE`
   * when events after the cursor are kept no more: `fields.next` goes on after the gap.
   */
  async *followEvents({ signal, ...following }: Following = {}): AsyncGenerator<EventSchema, never> {
    let after = following.after;
    while (true) {
      const query = { sessionId: this.#session, ...following, after, wait: EVENTS_WAIT };
      const call: Call = { method: "GET", path: "/api/events", query };
      const page = await this.ask<EventsAnswer>(call, signal ? { signal } : {}, FOR_GOOD);
      yield* page.events;
      after = page.next;
    }
  }

  protected override async ask<T>(call: Call, options: SendOptions = {}, retries = this.#retries): Promise<T> {
    const asked = call.sends ? { ...call, idempotencyKey: options.idempotencyKey ?? crypto.randomUUID() } : call;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(asked, options.signal);
      if ("answer" in outcome && outcome.answer.ok) return contentOf(asked, outcome.content) as T;
      options.signal?.throwIfAborted();
      const pause = pauseAfter(retries, asked, attempt, outcome);
      if (pause === undefined) throw problem(asked, outcome);
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
      options.signal?.throwIfAborted();
    }
  }

  protected override async *items<T>(call: Call, items: string, after: string, options?: Options): AsyncGenerator<T> {
    let query = call.query;
    while (true) {
      const page = await this.ask<Record<string, unknown>>({ ...call, query: query ?? {} }, options);
      yield* page[items] as T[];
      if (page["next"] === null) return;
      query = { ...query, [after]: page["next"] };
    }
  }

  async #attempt(call: Call, signal: AbortSignal | undefined): Promise<Outcome> {
    const ends = AbortSignal.timeout(TIMEOUT);
    try {
      const answer = await (this.#gateway.fetch ?? fetch)(addressOf(call, this.#gateway.url), {
        method: call.method,
        headers: this.#headers(call),
        body: (call.content as BodyInit | undefined) ?? (call.body ? JSON.stringify(call.body) : null),
        signal: signal ? AbortSignal.any([signal, ends]) : ends,
      });
      return { answer, content: new Uint8Array(await answer.arrayBuffer()) };
    } catch (failure) {
      return { failure };
    }
  }

  #headers(call: Call): Record<string, string> {
    const headers: Record<string, string> = { Accept: call.answersBytes ? "*/*" : "application/json", ...call.headers };
    const { key, adminKey } = this.#gateway;
    // Authorization is left out of what a redirection to another host asks; a header of ours would go along.
    if (call.key === undefined && key) headers["Authorization"] = `Bearer ${key}`;
    if (call.key === "admin" && adminKey) headers["X-Admin-Key"] = adminKey;
    if (call.key === undefined && this.#session) headers["X-Session-Id"] = this.#session;
    if (call.idempotencyKey) headers["Idempotency-Key"] = call.idempotencyKey;
    if (call.body) headers["Content-Type"] = "application/json";
    return headers;
  }
}
