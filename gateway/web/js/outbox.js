/**
 * Commands without an answer yet. They outlive a connection: after the next hello they go out again, in order,
 * and their keys make sure that each has its effect once.
 */

import { fullJitter } from "./random.js";
import { Refused } from "./refused.js";

const TRY_AGAIN = new Set(["BUSY", "UNAVAILABLE", "RATE_LIMITED"]);
const ATTEMPTS = 5;

export class Outbox {
  #waiting = new Map();
  #lastId = 0;
  #transmit;

  /** `transmit(frame)` → was there a connection to write it to? */
  constructor(transmit) {
    this.#transmit = transmit;
  }

  /** → a promise of the reply's `ok`; rejects with Refused. Without a `key` the command must be harmless to repeat. */
  add(type, data, key) {
    return new Promise((resolve, reject) => {
      const frame = { id: ++this.#lastId, type, data };
      if (key) frame.key = key;
      const entry = { frame, resolve, reject, attempts: 1, sent: false };
      this.#waiting.set(frame.id, entry);
      this.#send(entry);
    });
  }

  /** The connection is gone: nothing that waits can count as sent any more. */
  disconnected() {
    for (const entry of this.#waiting.values()) entry.sent = false;
  }

  /** Sends what has not been sent on this connection yet. */
  flush() {
    for (const entry of this.#waiting.values()) if (!entry.sent) this.#send(entry);
  }

  settle({ id, ok, error }) {
    const entry = this.#waiting.get(id);
    if (!entry) return;
    if (error && TRY_AGAIN.has(error.code) && entry.attempts < ATTEMPTS) {
      const named = Number(error.details?.retryAfter) * 1000;
      setTimeout(() => this.#again(id), (named || 250) + fullJitter(entry.attempts++));
      return;
    }
    this.#waiting.delete(id);
    if (error) entry.reject(new Refused(error));
    else entry.resolve(ok);
  }

  abandon(message) {
    for (const { reject } of this.#waiting.values()) reject(new Refused({ code: "UNREACHABLE", message }));
    this.#waiting.clear();
  }

  #again(id) {
    const entry = this.#waiting.get(id);
    if (entry) this.#send(entry);
  }

  #send(entry) {
    entry.sent = this.#transmit(entry.frame);
  }
}
