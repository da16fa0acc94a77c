import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { say, type Text } from "../../words/words";
import { endCall } from "../call/deeds";
import type { Pop } from "../call/who";
import { openDocument } from "../documents/open";
import { notice } from "../notices";
import { Act } from "../parts/Act";
import { Lines } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { inTalk } from "../state";
import { report } from "./deeds";
import { security as words } from "./words";

type Last = Schemas["CheckEnded"];

const SAID: Partial<Record<Last["status"], Text>> = {
  passed: words.hasPassed,
  failed: words.hasFailed,
  abandoned: words.abandoned,
  unidentified: words.unidentified,
};

/** How the last check ended, in words, and what comes next (R-SEC-4). */
export function Ended({ pop, last }: { pop: Pop; last: Last }) {
  const where = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (lost) where.current?.focus(); // what had the focus has just gone with the questions
  }, []);
  const said = SAID[last.status];
  const failed = last.status === "failed";
  return (
    <>
      {said !== undefined && (
        <p class={failed ? "standing standing--warn" : ""} tabIndex={-1} ref={where}>
          {failed && "▲ "}
          {last.status === "passed" && "✓ "}
          {say(said, { count: last.failures })}
        </p>
      )}
      {failed && (last.service_request_id === null ? <Client pop={pop} last={last} /> : <Employer last={last} />)}
    </>
  );
}

function Client({ pop, last }: { pop: Pop; last: Last }) {
  const open = useSignal(false);
  const form = last.document_id;
  return (
    <>
      {form !== null && <p>{say(words.formMade)}</p>}
      <div class="buttons">
        {form !== null && <Act look="small" label={say(words.openForm)} onDo={() => openDocument(form)} />}
        <Act
          look="small"
          label={say(words.notBelieved)}
          expanded={open.value}
          onDo={() => {
            open.value = !open.value;
          }}
        />
        {inTalk.value && <Act look="small" label={say(words.endCall)} onDo={endCall} />}
      </div>
      {open.value && <Report pop={pop} last={last} onClose={() => (open.value = false)} />}
    </>
  );
}

function Report({ pop, last, onClose }: { pop: Pop; last: Last; onClose: () => void }) {
  const notes = useSignal("");
  async function send(): Promise<void> {
    const kind = last.kind === "representative" ? "representative" : "client";
    const body = { kind, record_id: last.record_id, notes: notes.value } as const;
    if (!(await report(pop.call_id, body))) return;
    notice("reported", () => say(words.reported));
    onClose();
  }
  return (
    <Panel title={say(words.notBelieved)} onClose={onClose}>
      <p>{say(words.reportHint)}</p>
      <Lines
        label={say(words.reportNotes)}
        value={notes.value}
        most={2000}
        onInput={(value) => {
          notes.value = value;
        }}
      />
      <Act look="end" label={say(words.report)} onDo={send} />
    </Panel>
  );
}

function Employer({ last }: { last: Last }) {
  const letter = last.document_id;
  return (
    <>
      <p>{say(words.sayFailed)}</p>
      <div class="buttons">
        {inTalk.value && <Act look="end" label={say(words.endCall)} onDo={endCall} />}
        {letter !== null && <Act look="small" label={say(words.openLetter)} onDo={() => openDocument(letter)} />}
      </div>
      {letter !== null && <p class="quiet">{say(words.letterMade)}</p>}
    </>
  );
}
