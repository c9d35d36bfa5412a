/**
 * Who is signed in on this browser: the tokens, and how to get fresh ones.
 *
 * A refresh token works once, and using it twice ends the session; so tabs share one set in storage and take turns.
 */

import { request } from "./api.js";
import { Refused } from "./refused.js";
import { deviceName, deviceSecret, forget, recall, remember } from "./storage.js";

const EARLY = 60; // a token this close to its end is renewed first, in seconds

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const tokens = () => recall("session");

/** Is there anything to come back to? */
export const remembered = () => tokens() !== null;
export const isGuest = () => tokens()?.guest === true;

/** Milliseconds until the access token should be renewed. */
export const renewIn = () => Math.max(0, (tokens()?.until ?? 0) - Date.now());

export async function playAsGuest(displayName) {
  const body = { deviceId: deviceSecret(), timezone: zone(), device: deviceName() };
  if (displayName) body.displayName = displayName;
  return keep((await request("POST", "/auth/guest", { body })).data, true);
}

export async function signIn(email, password) {
  return keep((await request("POST", "/auth/login", { body: { email, password, device: deviceName() } })).data, false);
}

/** A new account; for a guest, the account they have, now with a way to sign in from elsewhere. */
export async function register(fields) {
  const token = isGuest() ? await accessToken() : undefined;
  return keep((await request("POST", "/auth/register", { body: { ...fields, timezone: zone(), device: deviceName() }, token })).data, false);
}

export async function signOut() {
  const kept = tokens();
  forget("session");
  if (!kept) return;
  const body = { refreshToken: kept.refreshToken };
  await request("POST", "/auth/logout", { body, token: kept.accessToken }).catch(() => {}); // leaving works offline too
}

/** A token that is good for a while. Raises Refused UNAUTHENTICATED when the person has to sign in again. */
export async function accessToken() {
  const kept = tokens();
  if (!kept) throw new Refused({ code: "UNAUTHENTICATED", message: "Sign in to go on." });
  return renewIn() > 0 ? kept.accessToken : renew();
}

/** Fresh tokens, whether the old one looks expired or the server just said so. */
export function renew() {
  const before = tokens()?.accessToken;
  return oneTabAtATime(async () => {
    const kept = tokens();
    if (!kept) throw new Refused({ code: "UNAUTHENTICATED", message: "Sign in to go on." });
    if (kept.accessToken !== before) return kept.accessToken; // another tab was here meanwhile
    try {
      return keep((await request("POST", "/auth/refresh", { body: { refreshToken: kept.refreshToken } })).data, kept.guest);
    } catch (error) {
      if (error.status !== 401) throw error;
      if (kept.guest) return playAsGuest(); // the device is what a guest signs in with
      forget("session");
      throw error;
    }
  });
}

/** Authenticated HTTP; an expired token is renewed once on the way. → the answer's data. */
export async function call(method, path, options = {}) {
  try {
    return (await request(method, path, { ...options, token: await accessToken() })).data;
  } catch (error) {
    if (error.code !== "UNAUTHENTICATED" || !remembered()) throw error;
    return (await request(method, path, { ...options, token: await renew() })).data;
  }
}

function keep({ accessToken: access, refreshToken, expiresIn }, guest) {
  const good = expiresIn - Math.min(EARLY, expiresIn / 4);
  remember("session", { accessToken: access, refreshToken, guest, until: Date.now() + good * 1000 });
  return access;
}

let queue = Promise.resolve();

function oneTabAtATime(work) {
  if (navigator.locks) return navigator.locks.request("gauntlet.tokens", work);
  queue = queue.then(work, work); // no locks on plain HTTP: at least this tab takes turns with itself
  return queue;
}
