/** The standings when time is up: three steps, and the own place. */

import { h, icon, setHidden, setText } from "../dom.js";
import { number, ordinal, unit } from "../format.js";
import { get, selected, watch } from "../store.js";

export function mountPodium(root) {
  const title = h("h2");
  const note = h("p", { class: "soft" });
  const steps = h("ol", { class: "podium" });
  root.append(h("div", { class: "head" }, title), steps, note);

  watch(["final", "selected", "challenges", "me"], () => {
    const [final, challenge, me] = [get("final"), selected(), get("me")];
    setHidden(root, !final || !challenge || !me);
    if (root.hidden) return;
    setText(title, final.provisional ? "Provisional standings" : "Final standings");
    const first = final.rows.filter(({ rank }) => rank && rank <= 3).slice(0, 3);
    steps.replaceChildren(...first.map((row) => step(row, challenge, me)));
    const own = final.rows.find(({ userId }) => userId === me.id) ?? final.me;
    setText(note, own?.rank ? `You came ${ordinal(own.rank)} with ${number(own.score)} ${unit(challenge.metric)}.` : "");
    setHidden(note, !note.textContent);
  });
}

function step({ rank, name, score, userId }, { metric }, me) {
  return h(
    "li",
    { dataset: { rank }, class: userId === me.id ? "own" : "" },
    h("b", {}, name),
    h("span", { class: "soft" }, `${number(score)} ${unit(metric)}`),
    h("div", { class: "block" }, rank === 1 && icon("crown"), h("strong", {}, rank)),
  );
}
