import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { language, say } from "../../words/words";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import type { OfRecord } from "../record/sections";
import { day } from "../time";
import { Said } from "./BySecrets";
import { known, learn, type RecordSecurity, recordIs } from "./known";
import { security as words } from "./words";

type Answers = Schemas["Answers"];

/** PIN, password and answers: set up at first contact, by whom and when; never to be read (R-SEC-1). */
export function SetUp({ kind, recordId }: OfRecord) {
  const open = useSignal(false);
  const hasSecrets = kind === "client" || kind === "representative";
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each record
  useEffect(() => {
    if (hasSecrets) void learn(kind, recordId);
  }, [kind, recordId]);
  const found = known(kind, recordId);
  if (!hasSecrets || found === null || found.readiness.account) return null;
  return (
    <details
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>
        {say(words.setUp)}: <span class="quiet">{since(found)}</span>
      </summary>
      {open.value && <Form key={found.readiness.set_at} kind={kind} found={found} />}
    </details>
  );
}

function since({ readiness }: RecordSecurity): string {
  if (readiness.set_at === null) return say(words.setUpNot);
  const at = day(readiness.set_at.slice(0, 10));
  if (readiness.set_by === null) return say(words.setUpAt, { day: at });
  return say(words.setUpBy, { day: at, who: `${readiness.set_by.name} ${readiness.set_by.staff_number}` });
}

function Form({ kind, found }: { kind: "client" | "representative"; found: RecordSecurity }) {
  const pin = useSignal("");
  const password = useSignal("");
  const answers = useSignal<Partial<Answers>>({});
  const all = found.questions.every((one) => (answers.value[one.question] ?? "").trim() !== "");
  const missing = pin.value.length === 7 && password.value.trim() !== "" && all ? null : say(words.fillAll);

  async function keep(): Promise<void> {
    const path = { kind, record_id: found.readiness.record_id };
    const body = { pin: pin.value, password: password.value, answers: answers.value as Answers };
    const kept = await attempt("security", async () =>
      recordIs(await ask("put", "/api/records/{kind}/{record_id}/security", { path, body })),
    );
    if (kept) notice("set-up", () => say(words.keptNow));
  }
  return (
    <div class="check-form">
      <p class="quiet">{say(words.setUpHint)}</p>
      <Said
        label={say(words.pin)}
        value={pin.value}
        hidden
        mode="numeric"
        onInput={(value) => {
          pin.value = value.replace(/\D/g, "").slice(0, 7);
        }}
      />
      <Said
        label={say(words.password)}
        value={password.value}
        hidden
        onInput={(value) => {
          password.value = value;
        }}
      />
      <p class="quiet">{say(words.passwordHint)}</p>
      {found.questions.map((one) => (
        <Said
          key={one.question}
          label={language.value === "cy" ? one.cy : one.en}
          value={answers.value[one.question] ?? ""}
          onInput={(value) => {
            answers.value = { ...answers.value, [one.question]: value };
          }}
        />
      ))}
      <p class="quiet">{say(words.answersHint)}</p>
      <div class="buttons">
        <Act look="main" label={say(words.keep)} why={missing} onDo={keep} />
      </div>
    </div>
  );
}
