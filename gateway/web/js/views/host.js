/** What a host can do with the challenge on show: only what its state allows is there. */

import { now } from "../clock.js";
import { h, icon, setHidden } from "../dom.js";
import { toast } from "../feed.js";
import { span } from "../format.js";
import { host } from "../game.js";
import { hosts, selected, watch } from "../store.js";
import { ask, confirm } from "./ask.js";

const ACTIONS = [
  { action: "open", label: "Open", in: ["draft"], kind: "primary" },
  { action: "start", label: "Start now", in: ["open", "countdown"], kind: "primary" },
  { action: "resume", label: "Go on", in: ["paused"], kind: "primary" },
  { action: "announce", label: "Announce", in: ["open", "countdown", "live", "paused", "settling", "finished"], run: announce },
  { action: "pause", label: "Pause", in: ["live"] },
  { action: "extend", label: "Extend", in: ["open", "countdown", "live", "paused"], run: extend },
  { action: "finish", label: "Finish", in: ["live", "paused"], run: finish },
  { action: "finish", label: "Make results final", in: ["settling"], run: settle },
  { action: "cancel", label: "Cancel", in: ["draft", "open", "countdown", "live", "paused", "settling"], kind: "danger-quiet", run: cancel },
];

export function mountHost(root) {
  const buttons = ACTIONS.map((one) => {
    const button = h("button", { class: one.kind ?? "", dataset: { action: one.action } }, one.label);
    button.addEventListener("click", async () => {
      button.disabled = true;
      await (one.run ? one.run(selected()) : host(one.action));
      button.disabled = false;
    });
    return button;
  });
  root.append(h("div", { class: "head" }, h("h2", {}, icon("whistle"), "Host"), h("span", { class: "soft" }, "only you see this")), h("div", { class: "tools" }, ...buttons));

  watch(["challenges", "selected", "me"], () => {
    const challenge = selected();
    const usable = hosts(challenge) && ACTIONS.some((one) => one.in.includes(challenge.state));
    setHidden(root, !usable);
    if (usable) buttons.forEach((button, at) => setHidden(button, !ACTIONS[at].in.includes(challenge.state)));
  });
}

async function announce() {
  await ask({
    title: "Announce",
    text: "Everybody who watches sees it at once.",
    fields: [{ name: "text", label: "What to say", required: true, maxlength: 500 }],
    action: "Announce",
    submit: async ({ text }) => void (await host("announce", { text })),
  });
}

async function extend({ endsAt }) {
  const answer = await ask({
    title: "Extend",
    text: `It ends in ${span(Date.parse(endsAt) - now())}.`,
    fields: [{ name: "minutes", label: "Longer by", options: [["5", "5 minutes"], ["15", "15 minutes"], ["60", "1 hour"], ["1440", "1 day"], ["10080", "1 week"]], value: "15" }],
    action: "Extend",
  });
  if (!answer) return;
  const end = new Date(Date.parse(endsAt) + Number(answer.minutes) * 60_000).toISOString();
  if (await host("extend", { endsAt: end })) toast("Extended.", "good");
}

async function finish() {
  const text = "Time is up for everyone. Late syncs still come in for a while; then results are final.";
  if (await confirm({ title: "Finish now?", text, action: "Finish" })) await host("finish");
}

async function settle() {
  const text = "Syncs that are still on their way no longer count, and nothing can change any more.";
  if (await confirm({ title: "Make the results final?", text, action: "Make final" })) await host("finish");
}

async function cancel() {
  const text = "Nobody wins, and it can't be undone. XP and badges earned by walking stay.";
  if (await confirm({ title: "Cancel the challenge?", text, action: "Cancel it", danger: true })) await host("cancel");
}
