import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import type { OfRecord } from "../record/sections";
import { when } from "../time";
import { changed } from "./asking";
import { openDocument } from "./open";
import { forms, statuses, words } from "./words";

type InList = Schemas["DocumentInList"];

/** A record's letters and forms, the latest first (R-SEC-6). */
export function Documents({ kind, recordId }: OfRecord) {
  const all = useSignal<readonly InList[]>([]);
  const path = { kind, record_id: recordId };
  const learn = () =>
    attempt("documents", async () => {
      all.value = (await ask("get", "/api/records/{kind}/{record_id}/documents", { path })).documents;
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each record
  useEffect(() => void learn(), [kind, recordId]);
  useSignalEffect(() => {
    const told = changed.value;
    if (told !== null && told.kind === kind && told.record_id === recordId) void learn();
  });
  return (
    <details>
      <summary>{say(words.title, { count: all.value.length })}</summary>
      {all.value.length === 0 && <p class="quiet">{say(words.none)}</p>}
      <ul class="rows">
        {all.value.map((one) => (
          <One key={one.document_id} one={one} />
        ))}
      </ul>
    </details>
  );
}

function One({ one }: { one: InList }) {
  const by = one.by === null ? say(words.service) : `${one.by.name} ${one.by.staff_number}`;
  return (
    <li class="row">
      <span>
        <span class={one.status === "draft" ? "tag" : "tag tag--plain"}>{say(statuses[one.status])}</span>{" "}
        <strong>{one.form}</strong> {say(forms[one.form])}
        <br />
        <span class="quiet">
          {say(words.by, { when: when(one.at), who: by })}
          {one.goes_at !== null && `, ${say(words.goes, { when: when(one.goes_at) })}`}
        </span>
      </span>
      <Act
        look="small"
        label={say(words.open)}
        name={say(words.openName, { form: one.form })}
        onDo={() => openDocument(one.document_id)}
      />
    </li>
  );
}
