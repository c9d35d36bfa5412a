/** Numbers, times and names as people read them. */

const whole = new Intl.NumberFormat("en");
const series = new Intl.ListFormat("en");
const UNITS = { steps: "steps", distance: "m", calories: "kcal", activeMinutes: "min", puffs: "puffs" };

export const number = (value) => whole.format(Math.round(value ?? 0));
export const list = (items) => series.format(items);
export const unit = (metric) => UNITS[metric] ?? metric;
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** 1st, 2nd, 3rd, 4th … 11th. */
export function ordinal(rank) {
  const tens = rank % 100;
  const suffix = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][rank % 10] ?? "th");
  return `${number(rank)}${suffix}`;
}

/** Milliseconds as a clock that shows two units: `2d 4h`, `3h 12m`, `4:07`. */
export function span(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [d, h, m] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (d) return `${d}d ${h}h`;
  if (h) return `${h}h ${m}m`;
  return `${m}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A time of this day as `14:05`, of another day as `3 May, 14:05`. */
export function moment(at) {
  const date = new Date(at);
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (Math.abs(Date.now() - date) < 12 * 3600_000) return time;
  return `${date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}`;
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** `stepsGoal` → `Steps goal`: a readable guess at a name the server made up. */
export function words(name) {
  return capital(String(name).replace(/[_:.-]+/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().trim());
}

/** A colour of its own for each player, as a hue. */
export function hue(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 360;
  return sum;
}

export const initial = (name) => (Array.from(name.trim())[0] ?? "?").toUpperCase();
