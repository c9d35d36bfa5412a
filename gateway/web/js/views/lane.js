/** One row of a leaderboard: a lane whose paint reaches as far as its runner got. */

import { calm, h, setHidden, setText, setVar } from "../dom.js";
import { number } from "../format.js";

const FLASH = 900; // milliseconds

/** → the row's element; `tools` is something to put at its end. */
export function makeLane(userId, tools) {
  return h(
    "li",
    { class: "lane", dataset: { user: userId } },
    h("i", { class: "paint" }),
    h("span", { class: "rank" }),
    h("span", { class: "name" }, h("b"), h("em")),
    h("span", { class: "shift", "aria-hidden": "true" }),
    h("span", { class: "score" }),
    tools,
  );
}

/** Shows `row`; what changed since the last time flashes. `share` of the lane is painted. */
export function fillLane(lane, row, { own, share }) {
  const [paint, rank, name, shift, score] = lane.children;
  const before = lane.row;
  lane.row = { rank: row.rank, score: row.score };
  lane.classList.toggle("own", own);
  lane.classList.toggle("out", Boolean(row.disqualified));
  lane.dataset.rank = row.rank ?? "";
  setText(rank, row.rank ?? "–");
  setText(name.children[0], row.name);
  setText(name.children[1], [own && "you", row.disqualified && "disqualified", row.review && "in review"].filter(Boolean).join(" · "));
  setHidden(name.children[1], !name.children[1].textContent);
  setText(score, number(row.score));
  setVar(paint, "share", Math.max(0, Math.min(1, share || 0)).toFixed(4));
  if (!before) return;
  if (before.score !== row.score) flash(lane, row.score > before.score ? "up" : "down");
  const climbed = (before.rank ?? row.rank) - (row.rank ?? before.rank);
  if (climbed) moved(shift, climbed);
}

/** Moves rows from where they were to where they are. `from` has their old tops. */
export function slide(lanes, from) {
  if (calm()) return;
  for (const lane of lanes) {
    const before = from.get(lane);
    if (before === undefined) {
      lane.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 260 });
      continue;
    }
    const distance = before - lane.offsetTop;
    if (!distance) continue;
    lane.classList.toggle("climbing", distance > 0);
    const glide = lane.animate([{ transform: `translateY(${distance}px)` }, { transform: "none" }], { duration: 520, easing: "cubic-bezier(.22,.9,.28,1)", id: "slide" });
    glide.onfinish = () => lane.classList.remove("climbing");
  }
}

/** Where each lane is seen right now, halfway through a move included; the moves end here. */
export function whereabouts(lanes) {
  const tops = new Map();
  for (const lane of lanes) {
    const moving = lane.getAnimations().filter(({ id }) => id === "slide");
    let top = lane.offsetTop;
    if (moving.length) {
      top += new DOMMatrix(getComputedStyle(lane).transform).m42;
      for (const move of moving) move.cancel();
    }
    tops.set(lane, top);
  }
  return tops;
}

function flash(lane, way) {
  if (calm()) return;
  lane.querySelector(".score").animate(
    [{ transform: "scale(1.12)", color: `var(--${way})` }, { transform: "none" }],
    { duration: FLASH, easing: "ease-out" },
  );
}

function moved(shift, places) {
  setText(shift, `${places > 0 ? "▲" : "▼"}${Math.abs(places)}`);
  shift.dataset.way = places > 0 ? "up" : "down";
  shift.animate([{ opacity: 1 }, { opacity: 1, offset: 0.7 }, { opacity: 0 }], { duration: 3500, fill: "forwards" });
}

/** How far a score has come: towards the target of a race, else compared with the best. */
export function shareOf(challenge, rows) {
  const most = Math.max(1, ...rows.map(({ score }) => score));
  const whole = challenge?.mode === "race" && challenge.target ? challenge.target : most;
  return (row) => row.score / whole;
}
