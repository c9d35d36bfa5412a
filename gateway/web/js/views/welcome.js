/** The first screen: one click to play, or a small form to sign in or register. */

import { h, icon, setHidden, setText } from "../dom.js";
import { enter } from "../game.js";
import { inWords } from "../refused.js";
import { playAsGuest, register, signIn } from "../session.js";
import { watch } from "../store.js";
import { PASSWORD_HINT } from "./sign_up.js";

export function mountWelcome(root) {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const doors = h("div", { class: "doors" });
  const busy = async (form, work) => {
    form.append(problem);
    doors.inert = true;
    setHidden(problem, true);
    try {
      await work();
      enter();
    } catch (error) {
      setText(problem, inWords(error));
      setHidden(problem, false);
    }
    doors.inert = false;
  };

  const name = h("input", { id: "guest-name", maxlength: 100, autocomplete: "nickname", placeholder: "Your name (if you like)", "aria-label": "Your name, if you like" });
  const play = h("button", { class: "primary big", id: "play", type: "submit" }, icon("runner"), "Play as guest");
  const guest = form(() => playAsGuest(name.value.trim()), play, name);

  const email = (id) => h("input", { id, type: "email", required: true, autocomplete: "email" });
  const password = (id, kind) => h("input", { id, type: "password", required: true, autocomplete: kind });
  const known = { email: email("in-email"), password: password("in-password", "current-password") };
  const fresh = { email: email("up-email"), name: h("input", { id: "up-name", maxlength: 100, autocomplete: "nickname" }), password: password("up-password", "new-password") };
  const signInForm = form(
    () => signIn(known.email.value.trim(), known.password.value),
    labelled("E-mail", known.email),
    labelled("Password", known.password),
    h("button", { type: "submit" }, "Sign in"),
  );
  const registerForm = form(
    () => {
      const displayName = fresh.name.value.trim();
      const fields = { email: fresh.email.value.trim(), password: fresh.password.value };
      return register(displayName ? { ...fields, displayName } : fields);
    },
    labelled("Name", fresh.name),
    labelled("E-mail", fresh.email),
    labelled("Password", fresh.password, PASSWORD_HINT),
    h("button", { type: "submit" }, "Create account"),
  );
  doors.append(
    guest,
    h("details", { name: "door" }, h("summary", {}, "I have an account"), signInForm),
    h("details", { name: "door" }, h("summary", {}, "Create an account"), registerForm),
  );
  root.append(
    h("div", { class: "track", "aria-hidden": "true" }, ...Array.from({ length: 6 }, () => h("i"))),
    h(
      "div",
      { class: "pitch" },
      h("p", { class: "eyebrow" }, "Live step challenges"),
      h("h1", {}, "Every step", h("br"), "moves you up."),
      h("p", { class: "lead" }, "Walk against everyone else, right now. Watch the lanes shift while you move, pass the one ahead, and keep what you earn."),
      doors,
    ),
  );
  watch(["stage"], ({ stage }) => setHidden(root, stage !== "welcome"));

  function form(work, ...children) {
    const element = h("form", { class: "stack" }, ...children);
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      busy(element, work);
    });
    return element;
  }
}

function labelled(text, input, hint) {
  return h("div", { class: "field" }, h("label", { for: input.id }, text), input, hint && h("small", {}, hint));
}
