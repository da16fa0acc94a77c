import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { Room } from "../parts/Room";
import { useAnew } from "../record/anew";
import type { OfRecord } from "../record/sections";
import { when } from "../time";
import { openDocument } from "./open";
import { forms, statuses, words } from "./words";

type InList = Schemas["DocumentInList"];

/** A record's letters and forms, the latest first (R-SEC-6). */
export function Documents({ kind, recordId }: OfRecord) {
  const all = useSignal<readonly InList[]>([]);
  useAnew(kind, recordId, () =>
    attempt("documents", async () => {
      const path = { kind, record_id: recordId };
      all.value = (await ask("get", "/api/records/{kind}/{record_id}/documents", { path })).documents;
    }),
  );
  return (
    <Room title={say(words.title, { count: all.value.length })}>
      {all.value.length === 0 && <p class="quiet">{say(words.none)}</p>}
      <ul class="rows">
        {all.value.map((one) => (
          <One key={one.document_id} one={one} />
        ))}
      </ul>
    </Room>
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
