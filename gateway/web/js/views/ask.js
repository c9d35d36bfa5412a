/** Dialogs: a form in the browser's own `<dialog>`, which keeps the keyboard inside and closes on Escape. */

import { h, setHidden, setText } from "../dom.js";
import { inWords } from "../refused.js";
import { uuid } from "../random.js";

/**
 * Asks for `fields`: `{ name, label, type?, value?, hint?, options?: [value, label][], required?, …attributes }`.
 * `submit(values)` may raise Refused: its words are shown and the dialog stays. → values, or null when dismissed.
 */
export function ask({ title, text, fields = [], action, danger = false, submit = async () => {} }) {
  return new Promise((resolve) => {
    const problem = h("p", { class: "problem", role: "alert", hidden: true });
    const send = h("button", { class: danger ? "danger" : "primary", type: "submit" }, action);
    const cancel = h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Not now");
    const form = h("form", { method: "dialog" }, ...fields.map(field), problem, h("div", { class: "actions" }, cancel, send));
    const heading = h("h2", { id: `t${uuid()}` }, title);
    const dialog = h("dialog", { "aria-labelledby": heading.id }, heading, text && h("p", { class: "soft" }, text), form);
    let answer = null;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const values = valuesOf(form);
      send.disabled = true;
      setHidden(problem, true);
      try {
        await submit(values);
        answer = values;
        dialog.close();
      } catch (error) {
        setText(problem, inWords(error));
        setHidden(problem, false);
        send.disabled = false;
      }
    });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** → did the person agree? */
export const confirm = async (question) => (await ask(question)) !== null;

function field({ name, label, type = "text", hint, options, value, ...attributes }) {
  const id = `f${uuid()}`;
  const common = { id, name, ...attributes };
  if (type === "checkbox") {
    return h("label", { class: "check" }, h("input", { ...common, type, checked: value }), h("span", {}, label));
  }
  const control = options
    ? h("select", common, ...options.map(([key, words]) => h("option", { value: key, selected: key === value }, words)))
    : h("input", { ...common, type, value });
  return h("div", { class: "field", dataset: { field: name } }, h("label", { for: id }, label), control, hint && h("small", {}, hint));
}

function valuesOf(form) {
  const values = {};
  for (const control of form.elements) {
    if (control.name) values[control.name] = control.type === "checkbox" ? control.checked : control.value.trim();
  }
  return values;
}
