/** How the connection is doing: live, reconnecting with the time to wait, or ended and why. */

import { h, setHidden, setText } from "../dom.js";
import { comeBack, hurry, signOut } from "../game.js";
import { say } from "../feed.js";
import { get, watch } from "../store.js";

const RESUMED_FOR = 3500; // how long a resume is worth mentioning, in milliseconds

const ENDED = {
  4500: { text: "Connection refused", action: "Reload", act: () => location.reload() },
  4501: { text: "Signed out", action: "Sign in", act: signOut },
  4503: { text: "Account disabled", action: "Sign out", act: signOut },
  4505: { text: "Open elsewhere", action: "Use here", act: comeBack },
};

export function mountConnection(root) {
  const text = h("span", { class: "words" });
  const pill = h("span", { class: "pill", "data-phase": "idle" }, h("i", { class: "dot" }), text);
  const button = h("button", { class: "small", hidden: true });
  root.append(pill, button);
  let act = () => {};
  let lasting = null;
  let troubled = false;
  button.addEventListener("click", () => act());

  const offer = (label, action) => {
    setHidden(button, !label);
    if (label) setText(button, label);
    act = action ?? act;
  };

  const draw = () => {
    const { phase, until, code, resumed } = get("connection");
    clearTimeout(lasting);
    pill.dataset.phase = phase;
    if (phase === "online") {
      setText(text, resumed ? "Resumed" : "Live");
      offer("");
      if (resumed) lasting = setTimeout(() => setText(text, "Live"), RESUMED_FOR);
      if (troubled) say("Connected again.");
      troubled = false;
    } else if (phase === "waiting") {
      const left = Math.ceil((until - Date.now()) / 1000);
      setText(text, left > 0 ? `Reconnecting in ${left} s` : "Reconnecting");
      offer(left > 2 ? "Try now" : "", hurry);
      lasting = setTimeout(draw, 500);
      if (!troubled) say("Connection lost. Reconnecting.");
      troubled = true;
    } else if (phase === "ended") {
      const end = ENDED[code] ?? { text: "Disconnected", action: "Reconnect", act: comeBack };
      setText(text, end.text);
      offer(end.action, end.act);
      say(end.text);
    } else {
      setText(text, troubled ? "Reconnecting" : "Connecting");
      offer("");
    }
  };
  watch(["connection"], draw);
}
