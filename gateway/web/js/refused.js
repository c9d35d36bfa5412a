/** A request the server (or the way to it) turned down, the same for sockets and HTTP. */

import { words } from "./format.js";

export class Refused extends Error {
  constructor({ code, message, details }, status = 0) {
    super(message);
    this.name = "Refused";
    this.code = code;
    this.details = details ?? {};
    this.status = status;
  }

  /** Seconds to wait before trying again, where the server named them. */
  get retryAfter() {
    return Number(this.details.retryAfter) || 0;
  }
}

const OWN_WORDS = {
  UNREACHABLE: "The server can't be reached. Check your connection and try again.",
  BUSY: "The server is very busy right now. Try again in a moment.",
  UNAVAILABLE: "The game can't save anything right now. Try again in a moment.",
  INTERNAL: "Something broke on our side. Nothing was changed; try again.",
};

/** What to tell a person about an error, in one line. */
export function inWords(error) {
  if (!(error instanceof Refused)) return "Something unexpected happened. Reload the page if it stays.";
  if (OWN_WORDS[error.code]) return OWN_WORDS[error.code];
  if (error.code === "RATE_LIMITED") return `That was a bit fast. Try again in ${Math.ceil(error.retryAfter) || "a few"} s.`;
  const fields = error.details.fields;
  if (error.code === "VALIDATION_FAILED" && Array.isArray(fields) && fields.length) {
    return fields.map(({ path, problem }) => (path ? `${words(path)}: ${problem}` : problem)).join(" · ");
  }
  return error.message;
}
