/** The strip of challenges: live first, one click to look at another, and the way to make a new one. */

import { h, icon, setText } from "../dom.js";
import { plural } from "../format.js";
import { choose } from "../game.js";
import { takesPart, watch } from "../store.js";
import { openCreate } from "./create.js";

export function mountPicker(root) {
  const strip = h("div", { class: "strip" });
  const chips = new Map();
  root.append(strip, h("button", { class: "new", id: "create", "aria-label": "New challenge", onclick: openCreate }, icon("plus"), h("span", {}, "New challenge")));

  watch(["challenges", "selected", "me"], ({ challenges, selected }) => {
    const shown = challenges.filter(({ id, state }) => state !== "cancelled" || id === selected);
    for (const [id, chip] of chips) {
      if (shown.some((challenge) => challenge.id === id)) continue;
      chip.remove();
      chips.delete(id);
    }
    for (const challenge of shown) {
      if (!chips.has(challenge.id)) chips.set(challenge.id, make(challenge.id));
      const chip = chips.get(challenge.id);
      if (chip.parentNode !== strip || strip.children[shown.indexOf(challenge)] !== chip) strip.insertBefore(chip, strip.children[shown.indexOf(challenge)] ?? null);
      fill(chip, challenge, challenge.id === selected);
    }
  });
}

function make(id) {
  return h("button", { class: "pick", dataset: { id }, onclick: () => choose(id) }, h("i", { class: "dot" }), h("b"), h("span", { class: "soft" }));
}

function fill(chip, challenge, current) {
  chip.setAttribute("aria-current", current);
  chip.dataset.state = challenge.state;
  setText(chip.children[1], challenge.name);
  const part = takesPart(challenge) ? "you're in" : plural(challenge.participants, "player");
  setText(chip.children[2], `${challenge.state} · ${part}`);
}
