/** HTTP: one function that speaks the envelope of the API. */

import { Refused } from "./refused.js";

/**
 * → `{ data, meta }` of the answer. Raises Refused, with the code UNREACHABLE when no answer came.
 * `key` makes a POST safe to repeat.
 */
export async function request(method, path, { body, token, key } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  let response;
  let answer = null;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    if (response.status !== 204) answer = await response.json();
  } catch {
    throw new Refused({ code: "UNREACHABLE", message: "no answer from the server" }, response?.status);
  }
  if (response.ok) return { data: answer?.data ?? null, meta: answer?.meta ?? {} };
  const error = answer?.error ?? { code: "INTERNAL", message: response.statusText };
  const wait = Number(response.headers.get("Retry-After"));
  if (wait && !error.details?.retryAfter) error.details = { ...error.details, retryAfter: wait };
  throw new Refused(error, response.status);
}
