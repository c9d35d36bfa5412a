/** Logging steps: the day's total, two quick buttons, a number, and a walk that counts by itself. */

import { bar, h, icon, setBar, setHidden, setText, setVar } from "../dom.js";
import { number, ordinal, plural, span } from "../format.js";
import { add, setWalking, undo } from "../steps.js";
import { get, watch } from "../store.js";

export function mountSteps(root) {
  const total = h("strong", { class: "total", id: "steps-total" }, "0");
  const goal = h("span", { class: "soft" });
  const place = h("span", { class: "own-place", hidden: true });
  const way = bar("Today's step goal", "thick");
  const quick = [100, 250].map((steps) => h("button", { class: "primary", dataset: { add: steps }, onclick: () => add(steps) }, `+${steps}`));
  const amount = h("input", { type: "number", id: "steps-amount", min: 1, max: 100000, step: 1, inputmode: "numeric", placeholder: "Other number", "aria-label": "Number of steps" });
  const other = h("form", { class: "other" }, amount, h("button", { type: "submit" }, "Add"));
  const walk = h("button", { class: "walk", id: "walk", role: "switch", "aria-checked": "false" }, icon("runner"), h("span", {}, "Auto-walk"), h("i", { class: "knob" }));
  const back = h("button", { class: "quiet small", id: "undo" }, icon("undo"), "Undo");
  const note = h("p", { class: "note", role: "status", hidden: true });
  const more = h("button", { class: "round more", "aria-expanded": "false", "aria-label": "More ways to add steps" }, icon("more"));
  root.append(
    h("div", { class: "today" }, h("h2", {}, "Today"), total, goal, place, back),
    way,
    h("div", { class: "quick" }, ...quick, walk, more),
    other,
    note,
  );

  other.addEventListener("submit", (event) => {
    event.preventDefault();
    const steps = Number(amount.value);
    if (!(steps >= 1)) return;
    add(steps);
    amount.value = "";
  });
  walk.addEventListener("click", () => setWalking(!get("steps").walking));
  back.addEventListener("click", undo);
  more.addEventListener("click", () => {
    const open = root.classList.toggle("open");
    more.setAttribute("aria-expanded", open);
    if (open) amount.focus();
  });

  // on a phone this card lies over the page, which has to leave room for it
  new ResizeObserver(() => setVar(document.documentElement, "dock", getComputedStyle(root).position === "fixed" ? `${root.offsetHeight}px` : "0px")).observe(root);

  let waiting = null;
  const draw = () => {
    const { steps, me } = { steps: get("steps"), me: get("me") };
    const target = me?.preferences?.dailyStepGoal || 10000;
    setText(total, number(steps.total));
    setText(goal, `of ${number(target)}`);
    setBar(way, steps.total / target, `${number(steps.total)} of ${number(target)} steps`);
    root.classList.toggle("reached", steps.total >= target);
    walk.setAttribute("aria-checked", steps.walking);
    setHidden(back, !steps.canUndo);
    clearTimeout(waiting);
    const left = steps.until - Date.now();
    if (steps.waiting !== 0 && left > 0) {
      setText(note, steps.problem || `${plural(steps.waiting, "step")} on the way. Fair play only takes a walking pace: ${span(left)} to go.`);
      note.dataset.tone = "wait";
      waiting = setTimeout(draw, 1000);
    } else {
      setText(note, steps.problem);
      note.dataset.tone = "bad";
    }
    setHidden(note, !note.textContent);
  };
  watch(["steps", "me"], draw);
  watch(["rank"], ({ rank }) => {
    setHidden(place, !rank?.me.rank);
    if (rank?.me.rank) setText(place, ordinal(rank.me.rank));
  });
}
