/** The picture of a badge: a hexagon in the metal of its tier, with a sign that fits its id. */

import { h, icon } from "../dom.js";

const SIGNS = [
  [/streak|freeze|days?[_-]?in/, "flame"],
  [/level|xp/, "star"],
  [/win|podium|champion|first[_-]?place|victor/, "crown"],
  [/challenge|race|finish|host/, "flag"],
  [/morning|early|night|late|owl|bird|noon/, "clock"],
  [/friend|group|team/, "people"],
  [/goal/, "bolt"],
];

export function medal({ id = "", tier = "bronze" }) {
  const sign = SIGNS.find(([pattern]) => pattern.test(id.toLowerCase()))?.[1] ?? "runner";
  return h("span", { class: "medal", dataset: { tier }, "aria-hidden": "true" }, icon(sign));
}
