/** The player's own corner: name and level, and a dialog to keep a guest's progress or leave. */

import { h, icon, setHidden, setText, setVar } from "../dom.js";
import { toast } from "../feed.js";
import { hue, initial } from "../format.js";
import { signOut } from "../game.js";
import { isGuest } from "../session.js";
import { watch } from "../store.js";
import { confirm } from "./ask.js";
import { openSignUp } from "./sign_up.js";

export function mountAccount(root) {
  const face = h("span", { class: "face", "aria-hidden": "true" });
  const name = h("b");
  const level = h("span", { class: "level-tag" });
  const button = h("button", { class: "chip", "aria-haspopup": "true", "aria-expanded": "false" }, face, name, level);
  const keep = h("button", { class: "item", onclick: () => close(openSignUp) }, icon("lock"), "Keep my progress");
  const leave = h("button", { class: "item", onclick: () => close(go) }, icon("user"), "Sign out");
  const menu = h("div", { class: "menu", hidden: true }, keep, leave);
  root.append(button, menu);

  const show = (open) => {
    setHidden(menu, !open);
    button.setAttribute("aria-expanded", open);
    if (open) (keep.hidden ? leave : keep).focus();
  };
  const close = (then) => {
    show(false);
    then();
  };
  button.addEventListener("click", () => {
    setHidden(keep, !isGuest());
    show(menu.hidden);
  });
  document.addEventListener("click", ({ target }) => root.contains(target) || show(false));
  root.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || menu.hidden) return;
    show(false);
    button.focus();
  });

  watch(["me", "stage"], ({ me, stage }) => {
    setHidden(root, stage !== "game" || !me);
    if (!me) return;
    setText(face, initial(me.displayName));
    setVar(face, "hue", hue(me.id));
    setText(name, me.displayName);
    setText(level, `Lv ${me.rewards.level}`);
  });
}

async function go() {
  const text = isGuest()
    ? "You are a guest: you can come back to this account from this browser only, by playing as a guest again."
    : "You can sign in again any time.";
  if (!(await confirm({ title: "Sign out?", text, action: "Sign out" }))) return;
  await signOut();
  toast("Signed out.");
}
