/** Streaks: how many days, weeks or check-ins in a row, the longest so far, and the freezes held. */

import { dayIn } from "../clock.js";
import { h, icon, setHidden } from "../dom.js";
import { number, plural } from "../format.js";
import { watch } from "../store.js";

const KINDS = {
  active: { name: "Active days", how: "1,000 steps keep it alive" },
  stepsGoal: { name: "Daily goal", how: "reach your step goal" },
  workoutWeek: { name: "Workout weeks" },
  checkIn: { name: "Check-ins" },
  puffFree: { name: "Puff-free days" },
};
const ALWAYS = ["active", "stepsGoal"]; // the others are shown once they have begun

export function mountStreaks(root) {
  const list = h("ul", { class: "streaks" });
  const freezes = h("span", { class: "soft freezes" });
  root.append(h("div", { class: "head" }, h("h2", {}, "Streaks"), freezes), list);
  let drawn = "";

  watch(["me"], ({ me }) => {
    setHidden(root, !me);
    if (!me) return;
    const today = dayIn(me.timezone);
    const lines = [
      ...ALWAYS.map((kind) => me.streaks.find((streak) => streak.kind === kind) ?? { kind, current: 0, longest: 0 }),
      ...me.streaks.filter(({ kind, longest }) => KINDS[kind] && !ALWAYS.includes(kind) && longest),
    ];
    const now = JSON.stringify([lines, me.rewards.freezes, today]);
    if (now === drawn) return;
    drawn = now;
    freezes.replaceChildren(...(me.rewards.freezes ? [icon("snow"), plural(me.rewards.freezes, "freeze")] : []));
    list.replaceChildren(...lines.map((streak) => row(streak, today)));
  });
}

function row({ kind, current, longest, lastDay }, today) {
  const { name, how } = KINDS[kind];
  const done = lastDay === today;
  return h(
    "li",
    { class: current ? (done ? "lit" : "waiting") : "" },
    icon("flame"),
    h("div", {}, h("b", {}, name), how ? h("small", {}, done ? "Done for today" : `Today: ${how}`) : null),
    h("div", { class: "days" }, h("strong", {}, number(current)), h("small", {}, `best ${number(longest)}`)),
  );
}
