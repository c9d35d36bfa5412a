/** Light or dark: the system's choice, until the player makes their own. */

import { recall, remember } from "./storage.js";

const system = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => (recall("theme") ?? (system.matches ? "dark" : "light")) === "dark";

export function useTheme() {
  const chosen = recall("theme");
  const sheet = document.getElementById("dark");
  sheet.media = chosen === null ? "(prefers-color-scheme: dark)" : chosen === "dark" ? "all" : "not all";
  document.dispatchEvent(new CustomEvent("gauntlet:theme"));
}

export function turnTheme() {
  remember("theme", isDark() ? "light" : "dark");
  useTheme();
}

system.addEventListener("change", useTheme);
