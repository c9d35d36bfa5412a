/** Moments worth a pause, one after the other; a view shows them. */

const SHOWN = 5200; // each, in milliseconds
const queue = [];
let showing = false;

/** `{ kind: "badge" | "level" | "podium", title, text, tier?, badgeId?, rank? }` */
export function celebrate(moment) {
  queue.push(moment);
  if (!showing) next();
}

/** The player has seen enough of this one. */
export function next() {
  clearTimeout(next.timer);
  const moment = queue.shift() ?? null;
  showing = moment !== null;
  document.dispatchEvent(new CustomEvent("gauntlet:celebrate", { detail: moment }));
  if (moment) next.timer = setTimeout(next, queue.length > 3 ? SHOWN / 2 : SHOWN);
}
