/** What each push means for the page: one handler a type. A push of a type that is not here is none of our business. */

import { celebrate } from "./celebrate.js";
import { now } from "./clock.js";
import { say, tell, toast } from "./feed.js";
import { capital, list, number, ordinal, plural, unit, words } from "./format.js";
import { syncWith } from "./steps.js";
import { get, put, selected } from "./store.js";

/** `page` has what a push may ask for: choose(challengeId) and leave(). */
export function onPush({ topic, type, data }, page) {
  const [kind, id] = topic.split(":");
  if (type === "challenge:updated") updated(data.challenge, page);
  else if (kind === "user") USER[type]?.(data, page);
  else if (id === get("selected")) CHALLENGE[type]?.(data);
  else if (type === "challenge:finished") tell("flag", `${nameOf(id)} is over.`);
}

/** Notifications of what the page shows when its own push comes. */
const SHOWN_BY_THEIR_OWN = new Set(["challengeInvited", "badgeEarned", "levelUp", "streakBroken", "streakFrozen"]);

const USER = {
  "stats:update": ({ today }) => {
    const me = { ...get("me"), today };
    put("me", me);
    syncWith(me);
  },
  "xp:awarded": ({ amount, xp, reason }) => {
    reward({ xp });
    tell("bolt", (sum) => `${sum < 0 ? "−" : "+"}${number(Math.abs(sum))} XP · ${capital(reason)}`, { key: `xp ${reason}`, amount });
    document.dispatchEvent(new CustomEvent("gauntlet:xp", { detail: amount }));
  },
  "level:up": ({ level, xp, nextLevelAt }) => {
    reward({ level, xp, nextLevelAt });
    put("me", { ...get("me"), level });
    tell("star", `Level ${level} reached.`, { tone: "gold" });
    celebrate({ kind: "level", title: `Level ${level}`, text: `Next level at ${number(nextLevelAt)} XP.` });
  },
  "badge:earned": ({ badgeId, name, description, tier }) => {
    const owned = get("me").rewards.badges.filter(({ id }) => id !== badgeId);
    const times = (get("me").rewards.badges.find(({ id }) => id === badgeId)?.times ?? 0) + 1;
    reward({ badges: [...owned, { id: badgeId, earnedAt: new Date(now()).toISOString(), times }] });
    tell("medal", `Badge earned: ${name}.`, { tone: "gold" });
    celebrate({ kind: "badge", title: name, text: description, tier, badgeId });
  },
  "streak:extended": ({ streak }) => streaked(streak, "flame", `${words(streak.kind)} streak: ${number(streak.current)} in a row.`),
  "streak:frozen": ({ streak }) => streaked(streak, "snow", `A freeze saved your ${words(streak.kind).toLowerCase()} streak.`),
  "streak:broken": ({ streak }) => streaked(streak, "flame", `Your ${words(streak.kind).toLowerCase()} streak ended. A new one starts today.`),
  "challenge:rank": ranked,
  "challenge:invited": ({ name }) => tell("flag", `You are invited${name ? ` to ${name}` : " to a challenge"}.`, { tone: "own" }),
  "notification:new": ({ type, title, message }) => {
    if (!SHOWN_BY_THEIR_OWN.has(type)) tell("bell", [title, message].filter(Boolean).join(": "));
  },
  "session:revoked": (_, page) => {
    toast("This session was ended from another device.", "bad");
    page.leave();
  },
};

const CHALLENGE = {
  "challenge:leaderboard": (delta) => {
    get("board").apply(delta);
    put("board", get("board"));
    counted(delta.participants);
  },
  "challenge:joined": ({ userId, name, participants }) => {
    counted(participants);
    newcomers.set(userId, name);
    if (userId === get("me").id) return;
    tell("runner", (sum) => (sum > 1 ? `${name} and ${plural(sum - 1, "other")} joined.` : `${name} joined.`), { key: "joined" });
  },
  "challenge:left": ({ userId, participants }) => {
    counted(participants);
    tell("runner", `${nameIn(userId)} left.`);
    get("board").remove(userId);
    put("board", get("board"));
  },
  "challenge:countdown": ({ seconds }) => {
    if (get("countdown") === null) say(`Starts in ${plural(seconds, "second")}.`); // one push a second follows
    put("countdown", Date.now() + seconds * 1000);
  },
  "challenge:milestone": ({ kind, userId, share }) => {
    const who = nameIn(userId);
    if (kind === "lead") tell("crown", `${who} ${userId === get("me").id ? "take" : "takes"} the lead.`, { tone: "gold" });
    else if (kind === "target") tell("flag", `${who} reached the target.`, { tone: "gold" });
    else tell("flag", `${userId ? who : "The leader"} passed ${Math.round((share ?? 0) * 100)} % of the target.`);
  },
  "challenge:announcement": ({ text, at }) => {
    put("announcement", { text, at });
    tell("horn", `Host: ${text}`, { tone: "own" });
    say(`Announcement: ${text}`);
  },
  "challenge:disqualified": ({ userId, reason }) => {
    tell("whistle", `${nameIn(userId)} ${userId === get("me").id ? "are" : "is"} disqualified${reason ? `: ${reason}` : ""}.`, { tone: "bad" });
  },
  "challenge:finished": (standings) => {
    get("board").settle(standings);
    put("board", get("board"));
    put("final", standings);
    const own = standings.rows.find(({ userId }) => userId === get("me").id);
    const place = own?.rank ? ` You came ${ordinal(own.rank)}.` : "";
    const text = standings.provisional ? "Time is up. Results are provisional until late syncs are in." : `Final results are in.${place}`;
    tell("flag", text, { tone: "gold" });
    say(text);
    if (!standings.provisional && own?.rank && own.rank <= 3) {
      celebrate({ kind: "podium", title: `${ordinal(own.rank)} place`, text: selected()?.name ?? "", rank: own.rank });
    }
  },
};

const newcomers = new Map(); // names of those who are not on the board yet

const STATE_NEWS = {
  open: "is open to join.",
  countdown: "is about to start.",
  live: "is live. Go!",
  paused: "is paused: nothing counts until it goes on.",
  settling: "has ended. Late syncs still come in.",
  finished: "is finished.",
  cancelled: "was cancelled.",
};

/** Comes on the challenge's topic and, when it is public, on `live` as well: the second time it is no news. */
function updated(challenge, page) {
  const before = get("challenges").find(({ id }) => id === challenge.id);
  if (!before) {
    put("challenges", [...get("challenges"), challenge]);
    if (challenge.hostId !== get("me").id) tell("flag", `New challenge: ${challenge.name}.`);
    if (!get("selected")) page.choose(challenge.id);
    return;
  }
  put("challenges", get("challenges").map((one) => (one === before ? challenge : one)));
  if (challenge.id !== get("selected")) return;
  if (challenge.state !== "countdown" && challenge.state !== "open") put("countdown", null);
  if (before.state !== challenge.state && STATE_NEWS[challenge.state]) {
    const news = before.state === "paused" && challenge.state === "live" ? "goes on." : STATE_NEWS[challenge.state];
    tell("flag", `${challenge.name} ${news}`);
    say(`${challenge.name} ${news}`);
  } else if (before.endsAt !== challenge.endsAt) {
    tell("clock", `${challenge.name} has a new end.`);
  }
}

function reward(change) {
  const me = get("me");
  put("me", { ...me, xp: change.xp ?? me.xp, rewards: { ...me.rewards, ...change } });
}

function streaked(streak, icon, text) {
  const me = get("me");
  put("me", { ...me, streaks: [...me.streaks.filter(({ kind, groupId }) => kind !== streak.kind || groupId !== streak.groupId), streak] });
  tell(icon, text, { key: `streak ${streak.kind}` });
}

function ranked(data) {
  if (data.challengeId !== get("selected")) return;
  const before = get("rank")?.me.rank;
  put("rank", data);
  const [passed, passedBy] = [names(data.overtook, data), names(data.overtakenBy, data)];
  if (passed) tell("up", `You passed ${passed}.`, { tone: "own" });
  if (passedBy) tell("down", `${passedBy} passed you.`);
  if (before && data.me.rank && before !== data.me.rank) {
    const next = data.gap > 0 ? `, ${number(data.gap)} ${unit(selected()?.metric)} to the next place` : "";
    say(`You are ${ordinal(data.me.rank)}${next}.`);
  }
}

function names(ids, { above, below }) {
  if (!ids?.length) return "";
  const near = [...above, ...below];
  const known = ids.map((id) => near.find(({ userId }) => userId === id)?.name ?? nameIn(id));
  return list(known.length > 3 ? [...known.slice(0, 2), `${known.length - 2} more`] : known);
}

function counted(participants) {
  const challenge = selected();
  if (!challenge || challenge.participants === participants) return;
  put("challenges", get("challenges").map((one) => (one.id === challenge.id ? { ...one, participants } : one)));
}

const nameOf = (id) => get("challenges").find((one) => one.id === id)?.name ?? "A challenge";
const nameIn = (userId) => (userId === get("me").id ? "You" : (get("board")?.get(userId)?.name ?? newcomers.get(userId) ?? "Someone"));
