/** The bar at the top: name, connection, theme, account. */

import { h, icon, setText } from "../dom.js";
import { isDark, turnTheme } from "../theme.js";
import { watch } from "../store.js";
import { mountAccount } from "./account.js";
import { mountConnection } from "./connection.js";

export function mountTop(root) {
  const theme = h("button", { class: "round", onclick: turnTheme }, icon("moon", "when-light"), icon("sun", "when-dark"));
  const connection = h("div", { class: "connection" });
  const account = h("div", { class: "account" });
  root.append(h("a", { class: "logo", href: "/", "aria-label": "Gauntlet" }, logo(), h("span", {}, "Gauntlet")), h("span", { class: "grow" }), connection, theme, account);
  mountConnection(connection);
  mountAccount(account);
  const named = () => {
    document.documentElement.dataset.theme = isDark() ? "dark" : "light";
    theme.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  };
  named();
  document.addEventListener("gauntlet:theme", named);
  watch(["rank", "stage"], ({ rank, stage }) => {
    const place = stage === "game" && rank?.me.rank ? `#${rank.me.rank} · ` : "";
    setText(document.querySelector("title"), `${place}Gauntlet · live step challenges`);
  });
}

function logo() {
  return h("img", { src: "favicon.svg", alt: "", width: 28, height: 28 });
}
