/** Puts the page together and starts it. */

import { enter, hurry } from "./game.js";
import { remembered } from "./session.js";
import { put, watch } from "./store.js";
import { useTheme } from "./theme.js";
import { mountBadges } from "./views/badges.js";
import { mountBoard } from "./views/board.js";
import { mountCelebration } from "./views/celebration.js";
import { mountChallenge } from "./views/challenge.js";
import { mountFeed } from "./views/feed.js";
import { mountHost } from "./views/host.js";
import { mountPicker } from "./views/picker.js";
import { mountPlayer } from "./views/player.js";
import { mountPodium } from "./views/podium.js";
import { mountStarting } from "./views/starting.js";
import { mountSteps } from "./views/steps.js";
import { mountStreaks } from "./views/streaks.js";
import { mountTabs } from "./views/tabs.js";
import { mountToasts } from "./views/toasts.js";
import { mountTop } from "./views/top.js";
import { mountWelcome } from "./views/welcome.js";
import { mountWindow } from "./views/window.js";

const at = (id) => document.getElementById(id);

useTheme();
mountTop(at("top"));
mountWelcome(at("welcome"));
mountPicker(at("picker"));
mountChallenge(at("challenge"));
mountHost(at("host"));
mountPodium(at("podium"));
mountBoard(at("board"));
mountSteps(at("steps"));
mountPlayer(at("player"));
mountWindow(at("window"));
mountStreaks(at("streaks"));
mountBadges(at("badges"));
mountFeed(at("feed"));
mountTabs(at("tabs"), at("game"));
mountToasts(at("overlays"));
mountStarting(at("overlays"));
mountCelebration(at("overlays"));

watch(["stage"], ({ stage }) => {
  document.body.dataset.stage = stage;
});

// a phone that wakes up or finds its network again should not wait for the back-off
addEventListener("online", hurry);
document.addEventListener("visibilitychange", () => document.hidden || hurry());

if (remembered()) enter();
else put("stage", "welcome");
