import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { inWords } from "../../words/service";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import type { Called } from "../open";
import { Act } from "../parts/Act";
import { Choice, Line } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { Needs } from "../record/Needs";
import { whyNot } from "../state";
import { talk as words } from "../words/talk";
import { named, purposes as purposeWords, recordKinds, suppressionReasons } from "../words/values";
import { EarlierAttempts } from "./EarlierAttempts";

type Preparation = Schemas["Preparation"];
type Purpose = Schemas["Purpose"];

/** Call somebody: what to know before, for what purpose, and which number (R-OUT). */
export function Outbound(asked: { called: Called; number?: string; purpose?: Purpose; onClose: () => void }) {
  const { called, onClose } = asked;
  const prepared = usePrepared(called);
  const number = useSignal(asked.number ?? "");
  const purpose = useSignal<string>(asked.purpose ?? "");
  const shown = number.value === "" ? (prepared?.number ?? "") : number.value;
  const suppressed = prepared?.suppressions[0];
  const refused = suppressed === undefined ? null : notCalled(suppressed);
  const missing = shown.trim() === "" ? say(words.numberNeeded) : null;
  const dial = () => place(called, shown.trim(), purpose.value, onClose);

  return (
    <Panel title={say(words.outbound)} onClose={onClose}>
      <p>{called === null ? say(words.noRecord) : `${called.name}, ${named(recordKinds, called.kind)}`}</p>
      {refused !== null && <p class="standing standing--warn">▲ {refused}</p>}
      {prepared !== null && <Needs needs={prepared.requirements} />}
      {prepared !== null && <EarlierAttempts attempts={prepared.attempts} />}
      <Line
        label={say(words.number)}
        mode="tel"
        value={shown}
        onInput={(value) => {
          number.value = value;
        }}
        onEnter={() => void (refused === null && missing === null && dial())}
      />
      <PurposeChoice prepared={prepared} purpose={purpose.value} onChoose={(value) => (purpose.value = value)} />
      <div class="buttons">
        <Act look="main" label={say(words.dial)} why={whyNot("outbound") ?? refused ?? missing} onDo={dial} />
      </div>
    </Panel>
  );
}

function notCalled(suppressed: Schemas["Suppression"]): string {
  return say(words.notRung, { reason: suppressed.words ?? named(suppressionReasons, suppressed.reason) });
}

/** What the service says is to be known before a contact is called; null while it has not said it. */
function usePrepared(called: Called): Preparation | null {
  const prepared = useSignal<Preparation | null>(null);
  useEffect(() => {
    if (called === null) return;
    const path = { kind: called.kind, record_id: called.recordId };
    ask("get", "/api/records/{kind}/{record_id}/preparation", { path })
      .then((told) => {
        prepared.value = told;
      })
      .catch((error: unknown) => {
        notice("outbound", () => inWords(error), true);
      });
  }, [called, prepared]);
  return prepared.value;
}

/** The purposes, those first for which a call is expected; the desk says so and forbids nothing (R-OUT-3). */
function PurposeChoice({
  prepared,
  purpose,
  onChoose,
}: {
  prepared: Preparation | null;
  purpose: string;
  onChoose: (value: string) => void;
}) {
  if (prepared === null) return null;
  const chosen = prepared.purposes.find((one) => one.purpose === purpose);
  return (
    <>
      <Choice
        label={say(words.purpose)}
        none={say(words.purposeNone)}
        value={purpose}
        of={prepared.purposes.map((one) => [one.purpose, named(purposeWords, one.purpose)] as const)}
        hint={chosen === undefined ? undefined : say(chosen.expected ? words.expected : words.unexpected)}
        onChoose={onChoose}
      />
      {chosen?.change === true && <p class="quiet">{say(words.several, { days: prepared.several_changes_days })}</p>}
    </>
  );
}

async function place(called: Called, number: string, purpose: string, done: () => void): Promise<void> {
  const body = {
    number,
    kind: called?.kind ?? null,
    record_id: called?.recordId ?? null,
    case_id: called?.caseId ?? null,
    purpose: purpose === "" ? null : (purpose as Purpose),
    brand: null,
  };
  if (await attempt("outbound", () => ask("post", "/api/calls", { body }))) done();
}
