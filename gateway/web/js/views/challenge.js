/** The head of the page: the selected challenge, its clock, its target, and the button to join. */

import { now } from "../clock.js";
import { bar, h, icon, setBar, setHidden, setText } from "../dom.js";
import { moment, number, plural, span, unit, words } from "../format.js";
import { join, leave } from "../game.js";
import { get, hosts, selected, takesPart, watch } from "../store.js";
import { confirm } from "./ask.js";

const MODES = { race: "Race to the target", most: "Most wins", least: "Least wins" };
const STATES = { live: "Live", open: "Open to join", countdown: "Starting", paused: "Paused", settling: "Last syncs", finished: "Finished", cancelled: "Cancelled", draft: "Draft" };
const JOINABLE = ["open", "countdown", "live", "paused"];

export function mountChallenge(root) {
  const badge = h("span", { class: "state" }, h("i", { class: "dot" }), h("span"));
  const host = h("span", { class: "tag", hidden: true }, "You host this");
  const title = h("h1", { id: "challenge-name" });
  const about = h("p", { class: "about" });
  const facts = h("ul", { class: "facts" });
  const clock = h("div", { class: "clock" }, h("span", { class: "digits", role: "timer" }), h("span", { class: "caption" }));
  const lead = h("div", { class: "goal" }, h("span"), bar("The leader's way to the target", "light"));
  const enterButton = h("button", { class: "primary big", id: "join" }, icon("flag"), h("span", {}, "Join the challenge"));
  const leaveButton = h("button", { class: "ghost", id: "leave" }, "Leave");
  const inside = h("span", { class: "inside" }, icon("check"), "You're in");
  const note = h("div", { class: "announcement", hidden: true }, icon("horn"), h("p"), h("time"));
  const hero = h(
    "div",
    { class: "hero" },
    h("div", { class: "lanes", "aria-hidden": "true" }),
    h("div", { class: "headline" }, h("div", { class: "states" }, badge, host), title, about, facts),
    clock,
    lead,
    h("div", { class: "actions" }, enterButton, inside, leaveButton),
  );
  const empty = h("div", { class: "card empty" }, icon("runner"), h("h1", {}, "No challenge is running"), h("p", { class: "soft" }, "Start the first one: pick “New challenge” above."));
  root.append(empty, hero, note);

  enterButton.addEventListener("click", async () => {
    enterButton.disabled = true;
    await join(get("selected"));
    enterButton.disabled = false;
  });
  leaveButton.addEventListener("click", async () => {
    const text = "Your score leaves the leaderboard. Your steps, XP and badges stay yours.";
    if (await confirm({ title: "Leave the challenge?", text, action: "Leave", danger: true })) leave(get("selected"));
  });

  watch(["challenges", "selected", "me", "stage"], () => {
    const challenge = selected();
    setHidden(hero, !challenge);
    setHidden(empty, Boolean(challenge) || !get("me"));
    if (!challenge) return;
    hero.dataset.state = challenge.state;
    setText(badge.children[1], STATES[challenge.state] ?? words(challenge.state));
    setHidden(host, !hosts(challenge));
    setText(title, challenge.name);
    setText(about, challenge.description ?? "");
    setHidden(about, !challenge.description);
    const target = challenge.target ? `${number(challenge.target)} ${unit(challenge.metric)}` : words(challenge.metric);
    const lines = [["flag", MODES[challenge.mode] ?? words(challenge.mode)], ["runner", target], ["people", plural(challenge.participants, "player")]];
    if (challenge.visibility !== "public") lines.push(["lock", words(challenge.visibility)]);
    if (facts.textContent !== lines.map(([, text]) => text).join("")) {
      facts.replaceChildren(...lines.map(([picture, text]) => h("li", {}, icon(picture), text)));
    }
    const part = takesPart(challenge);
    const late = challenge.joinPolicy === "beforeStart" && !["open", "countdown"].includes(challenge.state);
    setHidden(enterButton, part || late || !JOINABLE.includes(challenge.state));
    setHidden(inside, !part);
    hero.classList.toggle("joined", part);
    setHidden(leaveButton, !part || !JOINABLE.includes(challenge.state));
    setHidden(enterButton.parentNode, enterButton.hidden && inside.hidden);
    tick();
  });
  watch(["board", "challenges", "selected"], () => {
    const target = selected()?.target;
    const top = get("board")?.rows()[0];
    setHidden(lead, !target || !top?.score || selected().mode !== "race" || !["live", "paused", "settling"].includes(selected().state));
    if (lead.hidden) return;
    const share = top.score / target;
    setText(lead.children[0], `${top.name} leads at ${Math.floor(Math.min(1, share) * 100)} %`);
    setBar(lead.children[1], share);
  });
  watch(["announcement"], ({ announcement }) => {
    setHidden(note, !announcement);
    if (!announcement) return;
    setText(note.children[1], announcement.text);
    setText(note.children[2], moment(announcement.at));
  });

  const tick = () => {
    const challenge = selected();
    if (!challenge) return;
    const [text, caption] = timing(challenge);
    setText(clock.children[0], text);
    setText(clock.children[1], caption);
  };
  setInterval(tick, 1000);
}

function timing({ state, startsAt, endsAt, settlesAt }) {
  const left = (time) => span(Date.parse(time) - now());
  if (["draft", "open", "countdown"].includes(state)) return [left(startsAt), "until the start"];
  if (state === "live") return [left(endsAt), "left to walk"];
  if (state === "paused") return [left(endsAt), "left, on hold"];
  if (state === "settling") return [settlesAt ? left(settlesAt) : "…", "until results are final"];
  if (state === "cancelled") return ["–", "cancelled"];
  return [moment(settlesAt ?? endsAt), "final since"];
}
