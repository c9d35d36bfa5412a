/** A new challenge in one small form. */

import { now } from "../clock.js";
import { toast } from "../feed.js";
import { create } from "../game.js";
import { ask } from "./ask.js";

const MODES = [["most", "Most steps wins"], ["race", "Race: first to the target"], ["least", "Fewest steps wins"]];
const STARTS = [["1", "In 1 minute"], ["5", "In 5 minutes"], ["60", "In 1 hour"], ["1440", "Tomorrow, this time"]];
const LENGTHS = [["15", "15 minutes"], ["60", "1 hour"], ["1440", "1 day"], ["10080", "1 week"], ["43200", "30 days"]];
const VISIBLE = [["public", "Everybody"], ["invite", "Who is invited"]];

export async function openCreate() {
  const values = await ask({
    title: "New challenge",
    text: "You host it: you can start it early, pause, extend and announce.",
    fields: [
      { name: "name", label: "Name", required: true, maxlength: 100, placeholder: "Lunch break dash" },
      { name: "mode", label: "Who wins", options: MODES },
      { name: "target", label: "Target, for a race", type: "number", min: 1, step: 1, inputmode: "numeric", value: "10000" },
      { name: "start", label: "Starts", options: STARTS },
      { name: "length", label: "Lasts", options: LENGTHS, value: "60" },
      { name: "visibility", label: "Who can see it", options: VISIBLE },
      { name: "taking", label: "I take part, too", type: "checkbox", value: true },
    ],
    action: "Create and open",
  });
  if (!values) return;
  const startsAt = now() + Number(values.start) * 60_000;
  const time = (at) => new Date(at).toISOString();
  const fields = {
    name: values.name,
    metric: "steps",
    mode: values.mode,
    startsAt: time(startsAt),
    endsAt: time(startsAt + Number(values.length) * 60_000),
    visibility: values.visibility,
    joinPolicy: "anytime",
  };
  if (values.mode === "race") fields.target = Number(values.target);
  if (await create(fields, values)) toast(`${values.name} is open.`, "good");
}
