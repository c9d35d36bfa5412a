/** Random ids and keys. `crypto.randomUUID` exists on HTTPS and localhost only, and a phone may come in over plain HTTP. */

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Full jitter: anywhere between nothing and a bound that doubles with each attempt, in milliseconds. */
export function fullJitter(attempt, { base = 500, cap = 20_000 } = {}) {
  return Math.random() * Math.min(cap, base * 2 ** attempt);
}
