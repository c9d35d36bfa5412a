/** Notes over the page that go by themselves. */

import { calm, h } from "../dom.js";

const SHOWN = 6000;
const MOST = 3;

export function mountToasts(root) {
  const stack = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
  root.append(stack);
  document.addEventListener("gauntlet:toast", ({ detail: { text, tone } }) => {
    const note = h("p", { class: "toast", dataset: { tone } }, text);
    const go = () => note.remove();
    note.addEventListener("click", go);
    setTimeout(go, SHOWN);
    stack.append(note);
    while (stack.children.length > MOST) stack.firstChild.remove();
    if (!calm()) note.animate([{ opacity: 0, transform: "translateY(12px)" }, { opacity: 1, transform: "none" }], { duration: 180, easing: "ease-out" });
  });
}
