/** All badges: earned ones first, then those closest to being earned, each with its progress. */

import { bar, h, setBar, setHidden, setText } from "../dom.js";
import { number, words } from "../format.js";
import { readBadges } from "../game.js";
import { get, watch } from "../store.js";
import { medal } from "./medal.js";

const FEW = 9;
const STALE = 60_000; // progress is read again when the list is opened after this long, in milliseconds

export function mountBadges(root) {
  const count = h("span", { class: "soft", id: "badge-count" });
  const grid = h("ul", { class: "medals", id: "badge-list" });
  const all = h("button", { class: "quiet wide", "aria-expanded": "false" });
  root.append(h("div", { class: "head" }, h("h2", {}, "Badges"), count), grid, all);
  const cells = new Map();
  let open = false;
  let readAt = Date.now();
  let known = -1;

  const draw = () => {
    const [badges, me] = [get("badges"), get("me")];
    setHidden(root, !badges.length || !me);
    if (root.hidden) return;
    const owned = new Map(me.rewards.badges.map((badge) => [badge.id, badge]));
    if (known >= 0 && owned.size > known) later();
    known = owned.size;
    const sorted = [...badges].sort((a, b) => owned.has(b.id) - owned.has(a.id) || (owned.has(a.id) ? newer(owned, a, b) : share(b) - share(a)));
    setText(count, `${owned.size} of ${badges.length}`);
    setText(all, open ? "Show fewer" : `Show all ${badges.length}`);
    all.setAttribute("aria-expanded", open);
    setHidden(all, badges.length <= FEW);
    grid.replaceChildren(...sorted.slice(0, open ? undefined : FEW).map((badge) => cell(cells, badge, owned.get(badge.id))));
  };
  watch(["badges", "me"], draw);

  const later = () => {
    readAt = Date.now();
    setTimeout(readBadges, 1500); // progress towards the next of its kind
  };
  all.addEventListener("click", () => {
    open = !open;
    draw();
    if (open && Date.now() - readAt > STALE) later();
  });
}

function cell(cells, badge, owned) {
  const sign = JSON.stringify([badge, owned]);
  const old = cells.get(badge.id);
  if (old?.sign === sign) return old.element;
  const { have, need } = badge.progress;
  const way = bar(`Progress towards ${badge.name}`, "thin");
  setBar(way, have / need);
  const foot = owned ? h("small", { class: "got" }, owned.times > 1 ? `Earned ${owned.times}×` : "Earned") : h("small", {}, `${number(have)} / ${number(need)}`);
  const element = h(
    "li",
    { class: owned ? "earned" : "locked", dataset: { badge: badge.id, tier: badge.tier }, title: badge.description },
    medal(badge),
    h("b", {}, badge.name),
    h("span", { class: "spoken" }, `${words(badge.tier)}. ${badge.description}`),
    !owned && way,
    foot,
  );
  cells.set(badge.id, { sign, element });
  return element;
}

const share = ({ progress }) => progress.have / progress.need;
const newer = (owned, a, b) => (owned.get(b.id).earnedAt > owned.get(a.id).earnedAt ? 1 : -1);
