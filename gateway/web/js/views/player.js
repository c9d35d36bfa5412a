/** Level, XP and the way to the next level. */

import { bar, calm, h, setBar, setHidden, setText } from "../dom.js";
import { number } from "../format.js";
import { watch } from "../store.js";

/** XP at which a level begins, by the default rule set; the server names the next one. */
const begins = (level) => 50 * level * (level - 1);

export function mountPlayer(root) {
  const level = h("strong", { class: "level", id: "level" });
  const xp = h("b", { id: "xp" });
  const togo = h("span", { class: "soft" });
  const way = bar("XP towards the next level", "thick gold");
  const gain = h("span", { class: "gain", "aria-hidden": "true" });
  root.append(
    h("div", { class: "shield" }, h("small", {}, "Level"), level),
    h("div", { class: "experience" }, h("p", {}, xp, " XP ", gain), way, togo),
  );

  watch(["me"], ({ me }) => {
    setHidden(root, !me);
    if (!me) return;
    const { rewards } = me;
    const floor = Math.min(begins(rewards.level), rewards.xp);
    setText(level, rewards.level);
    setText(xp, number(rewards.xp));
    setBar(way, (rewards.xp - floor) / (rewards.nextLevelAt - floor), `${number(rewards.xp)} of ${number(rewards.nextLevelAt)} XP`);
    setText(togo, `${number(Math.max(0, rewards.nextLevelAt - rewards.xp))} XP to level ${rewards.level + 1}`);
  });

  document.addEventListener("gauntlet:xp", ({ detail }) => {
    setText(gain, `${detail < 0 ? "−" : "+"}${number(Math.abs(detail))}`);
    const lift = calm() ? [{ opacity: 1 }, { opacity: 0 }] : [
      { opacity: 0, transform: "translateY(6px)" },
      { opacity: 1, transform: "none", offset: 0.2 },
      { opacity: 1, transform: "none", offset: 0.7 },
      { opacity: 0, transform: "translateY(-6px)" },
    ];
    gain.animate(lift, { duration: 1600, fill: "forwards" });
  });
}
