/** Turns a guest into an account with e-mail and password, keeping everything earned. */

import { toast } from "../feed.js";
import { register } from "../session.js";
import { ask } from "./ask.js";

export const PASSWORD_HINT = "At least 8 characters, with upper and lower case and a digit.";

export async function openSignUp() {
  const done = await ask({
    title: "Keep your progress",
    text: "With an e-mail and a password you can come back to this account from anywhere.",
    fields: [
      { name: "email", label: "E-mail", type: "email", required: true, autocomplete: "email" },
      { name: "username", label: "Username", hint: "3–20 letters, digits or _", autocomplete: "username" },
      { name: "password", label: "Password", type: "password", required: true, hint: PASSWORD_HINT, autocomplete: "new-password" },
    ],
    action: "Create account",
    submit: ({ email, username, password }) => register(username ? { email, username, password } : { email, password }),
  });
  if (done) toast("Done: this account is yours to keep.", "good");
}
