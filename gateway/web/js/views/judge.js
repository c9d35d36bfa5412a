/** A host takes a player out of the standings, or back in. */

import { host, readBoard } from "../game.js";
import { get } from "../store.js";
import { ask } from "./ask.js";

export async function judge(userId) {
  const row = get("board")?.get(userId);
  if (!row) return;
  const out = Boolean(row.disqualified);
  const answer = await ask({
    title: out ? `Reinstate ${row.name}?` : `Disqualify ${row.name}?`,
    text: out ? "Their score counts again, as if nothing had happened." : "They lose their rank. You can reinstate them until results are final. Everybody sees the reason.",
    fields: [{ name: "reason", label: "Reason", required: true, maxlength: 500 }],
    action: out ? "Reinstate" : "Disqualify",
    danger: !out,
  });
  if (answer && (await host(out ? "reinstate" : "disqualify", { userId, reason: answer.reason }))) readBoard().catch(() => {});
}
