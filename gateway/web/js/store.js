/**
 * Everything the page shows, in one place. Only `put` changes it; views `watch` what they draw.
 * Values are replaced, never changed in place, except where a key says so.
 */

const state = {
  stage: "boot", // boot | welcome | game
  connection: { phase: "idle" }, // phase of the socket, with until (ms) or code, and resumed
  me: null, // Me of the protocol
  challenges: [], // Challenge[], as far as known
  selected: null, // id of the challenge on show
  board: null, // Board, changed in place; put again after every change
  rank: null, // { me, above, below, gap?, overtook?, overtakenBy? } in the selected challenge
  steps: { total: 0, waiting: 0, until: 0, problem: "", walking: false, canUndo: false },
  badges: [], // the catalogue with the caller's progress
  feed: [], // newest first
  announcement: null, // { text, at }
  countdown: null, // ms of this browser's clock when it reaches zero
  final: null, // { rows, provisional }
  tab: "race", // which part a phone shows
};

const watchers = new Map();
const due = new Set();

export const get = (key) => state[key];

export function put(key, value) {
  state[key] = value;
  for (const watcher of watchers.get(key) ?? []) due.add(watcher);
  if (due.size) queueMicrotask(run);
}

/** Calls `draw` now, and once after any of `keys` changed, however many changes there were in a turn. */
export function watch(keys, draw) {
  for (const key of keys) {
    if (!watchers.has(key)) watchers.set(key, new Set());
    watchers.get(key).add(draw);
  }
  draw(state);
}

/** The selected challenge, if it is known. */
export const selected = () => state.challenges.find(({ id }) => id === state.selected) ?? null;

/** Is the player in this challenge? */
export const takesPart = (challenge) => Boolean(challenge && state.me?.challenges.includes(challenge.id));

/** Is the player its host or a co-host? */
export function hosts(challenge) {
  const id = state.me?.id;
  return Boolean(challenge && id && (challenge.hostId === id || challenge.cohosts.includes(id)));
}

function run() {
  const batch = [...due];
  due.clear();
  for (const draw of batch) draw(state);
}
