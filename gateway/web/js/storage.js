/** What this browser remembers. Storage may be full or forbidden (private windows): then it lasts as long as the page. */

import { uuid } from "./random.js";

const PREFIX = "gauntlet.";
const memory = new Map();

export function recall(name, otherwise = null) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? (memory.get(name) ?? otherwise) : JSON.parse(text);
  } catch {
    return memory.get(name) ?? otherwise;
  }
}

export function remember(name, value) {
  memory.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // kept in memory
  }
}

export function forget(name) {
  memory.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // kept in memory, and gone from there
  }
}

/** What a guest signs in with: whoever has it is that guest, so it only ever goes to the sign-in. */
export const deviceSecret = () => once("device");

/** How this browser is called in the game: steps count per device. */
export const deviceName = () => once("name", (id) => `web-${id.slice(0, 8)}`);

function once(name, shape = (id) => id) {
  let value = recall(name);
  if (!value) remember(name, (value = shape(uuid())));
  return value;
}
