/** The last ten seconds before the start, large. */

import { h, setHidden, setText } from "../dom.js";
import { get, watch } from "../store.js";

const LAST = 10_000;

export function mountStarting(root) {
  const digit = h("strong");
  const veil = h("div", { class: "starting", hidden: true, "aria-hidden": "true" }, digit);
  root.append(veil);
  let timer = null;
  const draw = () => {
    clearTimeout(timer);
    const zero = get("countdown");
    const left = zero === null ? -1 : zero - Date.now();
    setHidden(veil, left <= 0 || left > LAST);
    if (left <= 0) return;
    setText(digit, Math.ceil(left / 1000));
    timer = setTimeout(draw, left > LAST ? left - LAST : left % 1000 || 1000);
  };
  watch(["countdown"], draw);
}
