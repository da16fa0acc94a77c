import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ask } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import type { Target } from "../open";
import { Act } from "../parts/Act";
import { Line, Lines } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { switches, whyNot } from "../state";
import { talk as words } from "../words/talk";
import { Phonebook } from "./Phonebook";

type Asking = { to: Target | null; reason: string; notes: string };

/** Hand the call over: to whom, why, and what they should know (R-XFER). */
export function Transfer({ to, onClose }: { to: Target | null; onClose: () => void }) {
  const asking = useSignal<Asking>({ to, reason: "", notes: "" });
  const set = (part: Partial<Asking>) => {
    asking.value = { ...asking.value, ...part };
  };
  const { to: target, reason, notes } = asking.value;
  const form = useRef<HTMLDivElement>(null);
  const chosen = target !== null;
  // the button that chose is gone: what is typed next goes on from there
  useEffect(() => form.current?.querySelector<HTMLElement>(chosen ? ".reason input" : "input")?.focus(), [chosen]);
  return (
    <Panel title={say(words.transfer)} onClose={onClose}>
      <div class="stack" ref={form}>
        {target === null ? (
          <Phonebook onChoose={(chosen) => set({ to: chosen })} outside />
        ) : (
          <p class="row">
            <strong>{say(words.chosen, { name: target.shown })}</strong>
            <button type="button" class="link" onClick={() => set({ to: null })}>
              {say(words.another)}
            </button>
          </p>
        )}
        <div class="reason">
          <Line
            label={say(words.reason)}
            value={reason}
            hint={say(words.reasonHint)}
            onInput={(value) => set({ reason: value })}
            onEnter={() => void warm(asking.value, onClose)}
          />
        </div>
        <Lines label={say(words.notes)} rows={2} value={notes} onInput={(value) => set({ notes: value })} />
        <Ways asking={asking.value} onDone={onClose} />
      </div>
    </Panel>
  );
}

function Ways({ asking, onDone }: { asking: Asking; onDone: () => void }) {
  const missing = asking.to === null ? words.chooseFirst : asking.reason.trim() === "" ? words.reasonNeeded : null;
  const why = whyNot("transfer") ?? (missing === null ? null : say(missing));
  const emergency = switches.value.get("emergency") === true;
  return (
    <div class="buttons">
      <Act look="main" label={say(words.ask)} why={why} onDo={() => warm(asking, onDone)} />
      <Act label={say(words.atOnce)} why={emergency ? why : say(words.atOnceWhy)} onDo={() => cold(asking, onDone)} />
    </div>
  );
}

function body({ to, reason, notes }: Asking) {
  if (to === null || reason.trim() === "") return null;
  const kept = notes.trim() === "" ? null : notes.trim();
  return { to: { kind: to.kind, name: to.name }, reason: reason.trim(), notes: kept };
}

async function warm(asking: Asking, done: () => void): Promise<void> {
  const wanted = body(asking);
  if (wanted === null) return;
  if (await attempt("transfer", () => ask("post", "/api/agents/me/call/consultation", { body: wanted }))) done();
}

async function cold(asking: Asking, done: () => void): Promise<void> {
  const wanted = body(asking);
  if (wanted === null) return;
  if (await attempt("transfer", () => ask("post", "/api/agents/me/call/transfer", { body: wanted }))) done();
}
