/** The small feed of what happened, and the voice that tells screen readers. */

import { get, put } from "./store.js";

const LENGTH = 60;
const TOGETHER = 45_000; // lines of the same kind within this time become one, in milliseconds

let lastId = 0;

/**
 * Adds a line. Lines with the same `key` merge: `text` may be a function of how many there were,
 * or of the sum of their `amount`s.
 */
export function tell(icon, text, { key, amount = 1, tone = "" } = {}) {
  const feed = get("feed");
  const now = Date.now();
  const same = key && feed.find((entry) => entry.key === key && now - entry.at < TOGETHER);
  const sum = (same?.sum ?? 0) + amount;
  const line = typeof text === "function" ? text(sum) : text;
  const entry = { id: ++lastId, icon, text: line, tone, key, sum, at: now };
  put("feed", [entry, ...feed.filter((one) => one !== same)].slice(0, LENGTH));
}

const SILENCE = 4000; // a screen reader gets one sentence at a time, the newest, in milliseconds
let saidAt = 0;
let next = null;
let timer = null;

/** Speaks a change politely. */
export function say(text) {
  next = text;
  if (timer) return;
  timer = setTimeout(() => {
    timer = null;
    saidAt = Date.now();
    document.getElementById("voice").textContent = next;
  }, Math.max(0, saidAt + SILENCE - Date.now()));
}

/** A note over the page that goes by itself; also spoken. */
export function toast(text, tone = "") {
  document.dispatchEvent(new CustomEvent("gauntlet:toast", { detail: { text, tone } }));
}
