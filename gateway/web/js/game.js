/** What the player and the page do: connect, choose a challenge, join, host. Views call this; it calls the server. */

import { Board } from "./board.js";
import { timeFromServer } from "./clock.js";
import { say, tell, toast } from "./feed.js";
import { onPush } from "./pushes.js";
import { inWords } from "./refused.js";
import * as session from "./session.js";
import { GameSocket } from "./socket.js";
import { connectSteps, forgetSteps, syncWith } from "./steps.js";
import { deviceName, recall, remember } from "./storage.js";
import { get, hosts, put, selected, takesPart } from "./store.js";

const OPEN_STATES = ["live", "open", "countdown", "paused", "settling"];
const LISTS = ["state=live&limit=50", "state=open&limit=50", "mine=true&limit=20", "limit=50"]; // the last one for what is about to start or to end
const ROWS = 100;
const NEIGHBOURS = 11;

const socket = new GameSocket({
  device: deviceName(),
  token: (fresh) => (fresh ? session.renew() : session.accessToken()),
  time: timeFromServer,
  phase: (phase, info) => put("connection", { phase, ...info }),
  hello: onHello,
  push: (push) => onPush(push, { choose, leave: signOut }),
  lost: () => readBoard().catch(() => {}), // whatever else hello brings anew
});

connectSteps((type, data) => socket.command(type, data));

/** Opens the game for whoever is signed in. */
export function enter() {
  put("stage", "game");
  socket.start();
}

export async function signOut() {
  socket.stop();
  forgetSteps();
  await session.signOut();
  for (const key of ["me", "selected", "board", "rank", "final", "announcement", "countdown"]) put(key, null);
  put("challenges", []);
  put("badges", []);
  put("feed", []);
  put("stage", "welcome");
}

export const hurry = () => socket.hurry();
export const comeBack = () => socket.start();

async function onHello({ user }) {
  const first = get("me")?.id !== user.id;
  put("me", user);
  syncWith(user);
  renewTokenInTime();
  if (!first) return;
  readBadges();
  await readChallenges();
  const wished = recall("challenge");
  const all = get("challenges");
  const start = all.find(({ id, state }) => id === wished && OPEN_STATES.includes(state)) ?? all[0];
  choose(start?.id ?? null);
  socket.watch("live").catch(() => {});
}

let renewal = null;

function renewTokenInTime() {
  clearTimeout(renewal);
  renewal = setTimeout(async () => {
    try {
      await socket.command("token:refresh", { token: await session.accessToken() });
      renewTokenInTime();
    } catch {
      // the close that follows an expired token asks for a new one
    }
  }, session.renewIn() + 500);
}

export async function readBadges() {
  const badges = await session.call("GET", "/badges").catch(() => null);
  if (badges) put("badges", badges);
}

/** Public challenges one can watch or join, and the player's own. */
export async function readChallenges() {
  const read = (path) => session.call("GET", path).catch(() => null);
  const lists = await Promise.all(LISTS.map((query) => read(`/challenges?${query}`)));
  const all = lists.flatMap((list) => list ?? []);
  const shown = all.filter((challenge) => OPEN_STATES.includes(challenge.state) || hosts(challenge) || takesPart(challenge));
  put("challenges", [...new Map(shown.map((challenge) => [challenge.id, challenge])).values()].sort(byInterest));
}

function byInterest(a, b) {
  const order = (challenge) => (OPEN_STATES.indexOf(challenge.state) + 1 || 99) - (takesPart(challenge) ? 0.5 : 0);
  return order(a) - order(b) || b.participants - a.participants;
}

/** The newest a reply or push says of a challenge. */
export function learn(challenge) {
  const all = get("challenges");
  const known = all.some(({ id }) => id === challenge.id);
  put("challenges", known ? all.map((one) => (one.id === challenge.id ? challenge : one)) : [challenge, ...all]);
}

export async function choose(id) {
  const before = get("selected");
  if (before === id) return;
  if (before && !takesPart(selected()) && !hosts(selected())) socket.unwatch(`challenge:${before}`);
  for (const key of ["rank", "final", "announcement", "countdown"]) put(key, null);
  put("selected", id);
  put("board", id ? new Board() : null);
  if (!id) return;
  remember("challenge", id);
  try {
    const state = await socket.watch(`challenge:${id}`);
    if (state?.challenge) learn(state.challenge);
    await readBoard();
  } catch (error) {
    if (get("selected") === id) toast(inWords(error), "bad");
  }
}

/** Rows and, for who takes part, the window around them. */
export async function readBoard() {
  const challengeId = get("selected");
  const board = get("board");
  if (!challengeId) return;
  board.reload();
  const rows = await socket.read("challenge:leaderboard", { challengeId, limit: ROWS });
  if (get("selected") !== challengeId) return;
  board.load(rows);
  put("board", board);
  if (selected()?.state === "finished") put("final", rows);
  if (!rows.me) return;
  const around = await socket.read("challenge:leaderboard", { challengeId, around: "me", limit: NEIGHBOURS });
  if (get("selected") === challengeId) put("rank", windowOf(around));
}

function windowOf({ rows, me }) {
  const at = rows.findIndex(({ userId }) => userId === me.userId);
  const above = rows.slice(0, Math.max(at, 0));
  const gap = above.length ? Math.abs(above.at(-1).score - me.score) : undefined;
  return { me, above, below: rows.slice(at + 1), gap };
}

export async function join(id) {
  const challenge = await attempt("challenge:join", { challengeId: id }, "ALREADY_JOINED");
  if (!challenge) return;
  if (challenge.id) learn(challenge);
  const me = get("me");
  if (!me.challenges.includes(id)) put("me", { ...me, challenges: [...me.challenges, id] });
  const name = get("challenges").find((one) => one.id === id)?.name;
  tell("flag", `You joined ${name}.`, { tone: "own" });
  say(`You joined ${name}.`);
  readBoard().catch(() => {});
}

export async function leave(id) {
  const challenge = await attempt("challenge:leave", { challengeId: id });
  if (!challenge) return;
  learn(challenge);
  const me = get("me");
  put("me", { ...me, challenges: me.challenges.filter((one) => one !== id) });
  put("rank", null);
  get("board")?.remove(me.id);
  put("board", get("board"));
}

/** A host's action on the selected challenge. → did it work? */
export async function host(action, data = {}) {
  const challengeId = get("selected");
  const answer = await attempt(`challenge:${action}`, { challengeId, ...data });
  if (answer?.state) learn(answer);
  return answer !== null;
}

/** Creates a challenge and opens it; the host may take part. → its id, or null after a refusal was shown. */
export async function create(fields, { taking }) {
  const draft = await attempt("challenge:create", fields);
  if (!draft) return null;
  const opened = (await attempt("challenge:open", { challengeId: draft.id })) ?? draft;
  learn(opened);
  await choose(draft.id);
  if (taking) await join(draft.id);
  return draft.id;
}

/** A command whose refusal is shown. → the reply, or null; nothing to show when it was `done` before. */
async function attempt(type, data, done) {
  try {
    return await socket.command(type, data);
  } catch (error) {
    if (done && error.code === done) return {};
    toast(inWords(error), "bad");
    return null;
  }
}
