/** On a phone the page has parts, one at a time; on a larger screen all of them are there and this hides. */

import { h, icon } from "../dom.js";
import { put, watch } from "../store.js";

const TABS = [["race", "flag", "Race"], ["you", "user", "You"], ["feed", "bell", "Feed"]];

export function mountTabs(root, game) {
  const buttons = TABS.map(([tab, picture, label]) =>
    h("button", { dataset: { tab }, onclick: () => open(tab) }, icon(picture), h("span", {}, label)),
  );
  root.append(...buttons);
  const open = (tab) => {
    put("tab", tab);
    scrollTo({ top: 0 });
  };
  let seen = 0;
  watch(["tab", "feed"], ({ tab, feed }) => {
    game.dataset.tab = tab;
    if (tab === "feed") seen = feed[0]?.id ?? 0;
    for (const button of buttons) {
      const own = button.dataset.tab;
      button.toggleAttribute("aria-current", own === tab);
      button.classList.toggle("news", own === "feed" && (feed[0]?.id ?? 0) > seen);
    }
  });
}
