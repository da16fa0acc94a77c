import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { Line } from "../parts/Field";
import { Room } from "../parts/Room";
import { whenChanged } from "../record/anew";
import type { OfRecord } from "../record/sections";
import { isLooked, openRecord, shown } from "../record/shown";
import { employer as words } from "./words";

type Details = Schemas["EmployerBody"];
const FIELDS = ["name", "paye_reference", "phone", "address_line", "postcode", "email"] as const;
/** Whose details were saved last, from here: the form begins anew with what is on record. */
const savedOf = signal<number | null>(null);
type Field = (typeof FIELDS)[number];

/** An employer's details, changed by the employer segment (R-EMP-4). Who looked the record up sees it as it becomes. */
export function EmployerDetails({ kind, recordId }: OfRecord) {
  const record = shown.value?.employer ?? null;
  useEffect(() => {
    if (kind !== "employer") return;
    return whenChanged(kind, recordId, () => {
      if (isLooked.value) void openRecord("employer", recordId);
    });
  }, [kind, recordId]);
  if (kind !== "employer" || record === null) return null;
  return (
    <Room title={say(words.update)}>
      <Form key={FIELDS.map((field) => record[field]).join("|")} record={record} />
    </Room>
  );
}

function Form({ record }: { record: Schemas["EmployerRecord"] }) {
  const typed = useSignal<Record<Field, string>>({
    name: record.name,
    paye_reference: record.paye_reference ?? "",
    phone: record.phone ?? "",
    address_line: record.address_line ?? "",
    postcode: record.postcode ?? "",
    email: record.email ?? "",
  });
  const saved = savedOf.value === record.record_id;
  const changed = FIELDS.filter((field) => typed.value[field].trim() !== (record[field] ?? ""));
  const why = typed.value.name.trim() === "" ? say(words.nameFirst) : changed.length === 0 ? say(words.nothing) : null;

  async function save(): Promise<void> {
    const now = typed.value;
    const body = Object.fromEntries(changed.map((field) => [field, now[field].trim() || null])) as Details;
    const path = { record_id: record.record_id };
    await attempt("employer", async () => {
      await ask("patch", "/api/records/employer/{record_id}/details", { path, body });
      savedOf.value = record.record_id;
    });
  }
  return (
    <>
      {FIELDS.map((field) => (
        <Line
          key={field}
          label={say(words[field])}
          mode={field === "phone" ? "tel" : "text"}
          value={typed.value[field]}
          onInput={(value) => {
            typed.value = { ...typed.value, [field]: value };
          }}
        />
      ))}
      <Act look="main" label={say(words.save)} why={why} onDo={save} />
      <p class="quiet" role="status">
        {saved && changed.length === 0 && `✓ ${say(words.saved)}`}
      </p>
    </>
  );
}
