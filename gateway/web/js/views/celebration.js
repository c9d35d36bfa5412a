/** A badge, a level, a place on the podium: a card for a moment, and confetti for who likes motion. */

import { calm, h, setHidden } from "../dom.js";
import { next } from "../celebrate.js";
import { say } from "../feed.js";
import { words } from "../format.js";
import { throwConfetti } from "../confetti.js";
import { medal } from "./medal.js";

const EYEBROWS = { badge: "Badge earned", level: "Level up", podium: "On the podium" };

export function mountCelebration(root) {
  const card = h("div", { class: "celebration", hidden: true });
  root.append(card);
  document.addEventListener("gauntlet:celebrate", ({ detail: moment }) => {
    setHidden(card, !moment);
    if (!moment) return;
    const { kind, title, text, tier } = moment;
    const picture = kind === "badge" ? medal({ id: moment.badgeId, tier }) : medal({ id: kind === "level" ? "level" : "win", tier: ["gold", "silver", "bronze"][(moment.rank ?? 1) - 1] });
    const close = h("button", { class: "quiet small", onclick: next }, "Nice");
    card.replaceChildren(picture, h("div", {}, h("p", { class: "eyebrow" }, tier ? `${EYEBROWS[kind]} · ${words(tier)}` : EYEBROWS[kind]), h("h2", {}, title), h("p", {}, text)), close);
    say(`${EYEBROWS[kind]}: ${title}. ${text}`);
    if (calm()) return;
    card.animate([{ opacity: 0, transform: "translateY(24px) scale(.96)" }, { opacity: 1, transform: "none" }], { duration: 380, easing: "cubic-bezier(.2,1.4,.4,1)" });
    throwConfetti(card);
  });
}
