import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import { Choice, Lines } from "../parts/Field";
import type { OfRecord } from "../record/sections";
import { shown } from "../record/shown";
import { work } from "../state";
import { when } from "../time";
import { caseRoles, named } from "../words/values";
import { londonInstant } from "../work/london";
import { InformalRows } from "./Beside";
import { DateAndTime } from "./OtherTime";
import { words } from "./words";

type Case = Schemas["Case"];
type Role = Schemas["InformalBody"]["role"];

/** Informal reminders on a client's cases (R-CB-8): one's own, and a new one. */
export function OnCase({ kind, recordId }: OfRecord) {
  const cases = (shown.value?.client?.cases ?? []).filter((one) => one.detail);
  if (kind !== "client" || cases.length === 0) return null;
  const mine = (work.value?.informal ?? []).filter((one) => cases.some((its) => its.case_id === one.case_id));
  return (
    <details class="section">
      <summary>{say(words.ofCase, { count: mine.length })}</summary>
      <InformalRows all={mine} />
      <NewOne key={recordId} cases={cases} />
    </details>
  );
}
OnCase.displayName = "OnCase";

function NewOne({ cases }: { cases: readonly Case[] }) {
  const all = cases.flatMap((one) => one.roles.map((role) => [`${one.number} ${role}`, one, role] as const));
  const first = all.length === 1 ? (all[0]?.[0] ?? "") : "";
  const whose = useSignal(first);
  const at = useSignal("");
  const what = useSignal("");
  const missing = whose.value === "" ? words.caseFirst : at.value === "" ? words.timeFirst : null;
  const clear = () => {
    at.value = "";
    what.value = "";
  };
  return (
    <fieldset class="stack">
      <legend>{say(words.newOne)}</legend>
      <Choice
        label={say(words.whichCase)}
        none={say(words.chooseCase)}
        value={whose.value}
        of={all.map(([value, one, role]) => [value, `${one.number}, ${named(caseRoles, role)}`] as const)}
        onChoose={(value) => (whose.value = value)}
      />
      <DateAndTime value={at.value} onInput={(value) => (at.value = value)} />
      <Lines label={say(words.what)} rows={2} value={what.value} onInput={(value) => (what.value = value)} />
      <Act
        look="small"
        label={say(words.save)}
        why={missing === null ? null : say(missing)}
        onDo={() => note(whose.value, at.value, what.value, clear)}
      />
    </fieldset>
  );
}

async function note(whose: string, at: string, what: string, done: () => void): Promise<void> {
  const [number = "", role = "rp"] = whose.split(" ");
  const body = { role: role as Role, due_at: londonInstant(at), description: what.trim() };
  await attempt("reminder", async () => {
    const { reminder } = await ask("post", "/api/cases/{number}/informal-reminders", { path: { number }, body });
    done();
    notice("reminder-again", () => say(words.saved, { time: when(reminder.due_at) }));
  });
}
