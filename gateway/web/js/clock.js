/** Game time as the server tells it: it may be hours or years away from this browser's clock. */

let server = Date.now();
let heard = performance.now();

export function timeFromServer(text) {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return;
  server = at;
  heard = performance.now();
}

/** Game time in milliseconds. */
export const now = () => server + (performance.now() - heard);

const days = new Map();

/** The calendar day at a game time in a time zone, `YYYY-MM-DD`. */
export function dayIn(zone, at = now()) {
  if (!days.has(zone)) {
    const parts = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" };
    days.set(zone, new Intl.DateTimeFormat("en-CA", parts));
  }
  return days.get(zone).format(at);
}
