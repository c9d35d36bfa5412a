/**
 * Today's steps of this device. The player's wishes raise a total; the total travels, one sync at a time.
 * What fair play refuses for now stays on the way and goes out when the server says it may.
 */

import { dayIn } from "./clock.js";
import { inWords } from "./refused.js";
import { deviceName, recall, remember } from "./storage.js";
import { get, put } from "./store.js";

const PACE = 112; // steps a minute of the auto-walk: brisk, and far below what fair play doubts
const STRIDE = 2500; // how often the auto-walk adds to the total, in milliseconds
const LONGEST_STRIDE = 60_000; // a page that slept did not walk
const REST = 5000; // before trying again when the server could not take it, in milliseconds

let command = async () => {};
let day = "";
let sent = 0;
let wanted = 0;
let last = 0;
let flying = false;
let timer = null;
let until = 0;
let problem = "";
let walk = null;

/** `send(type, data)` → promise of the reply. */
export function connectSteps(send) {
  command = send;
}

/** Takes up the total where this device, or a better one, left it. */
export function syncWith(me) {
  const today = dayIn(me.timezone);
  if (day !== today) {
    if (!flying) clearTimeout(timer);
    day = today;
    until = 0;
    wanted = sent = recall(`steps.${me.id}.${day}`, 0);
  }
  if (wanted === sent && me.today.date === day && me.today.steps > sent) wanted = sent = me.today.steps;
  show();
}

export function add(steps) {
  const me = get("me");
  if (!me || !(steps > 0)) return;
  syncWith(me);
  wanted += Math.round(steps);
  last = Math.round(steps);
  problem = "";
  pump();
}

/** Takes the last addition back, or all that is still on the way. */
export function undo() {
  wanted = Date.now() < until && wanted > sent ? sent : Math.max(0, wanted - last);
  last = 0;
  until = 0;
  pump();
}

export function setWalking(on) {
  clearInterval(walk?.timer);
  walk = on ? { timer: setInterval(stride, STRIDE), at: Date.now(), part: 0 } : null;
  show();
}

/** Someone else may sign in on this page. */
export function forgetSteps() {
  setWalking(false);
  clearTimeout(timer);
  day = problem = "";
  sent = wanted = last = until = 0;
  show();
}

function stride() {
  const now = Date.now();
  walk.part += (Math.min(now - walk.at, LONGEST_STRIDE) / 60_000) * PACE;
  walk.at = now;
  const steps = Math.floor(walk.part);
  walk.part -= steps;
  if (steps) add(steps);
}

async function pump() {
  show();
  if (flying || wanted === sent || Date.now() < until) return;
  flying = true;
  const [total, date] = [wanted, day];
  try {
    const { today } = await command("steps:sync", { date, steps: total, device: deviceName() });
    arrived(total, date, today);
  } catch (error) {
    refused(error);
  }
  flying = false;
  show();
  if (wanted !== sent && Date.now() >= until) pump();
}

function arrived(total, date, today) {
  if (date === day) sent = total;
  until = 0;
  const me = get("me");
  if (!me) return;
  remember(`steps.${me.id}.${date}`, total);
  put("me", { ...me, today });
}

function refused(error) {
  const wait = error.code === "IMPLAUSIBLE_ACTIVITY" ? error.retryAfter * 1000 : REST;
  const passing = wait > 0 && ["IMPLAUSIBLE_ACTIVITY", "BUSY", "UNAVAILABLE", "RATE_LIMITED", "INTERNAL"].includes(error.code);
  if (error.code !== "IMPLAUSIBLE_ACTIVITY" || !passing) problem = inWords(error);
  if (!passing) {
    wanted = sent;
    return;
  }
  until = Date.now() + Math.max(wait, 1000);
  clearTimeout(timer);
  timer = setTimeout(pump, until - Date.now() + 20);
}

function show() {
  put("steps", { total: wanted, waiting: wanted - sent, until, problem, walking: walk !== null, canUndo: last > 0 });
}
