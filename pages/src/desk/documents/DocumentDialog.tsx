import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../../words/words";
import { Fact } from "../call/Facts";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { Panel } from "../parts/Panel";
import { day, when } from "../time";
import type { Document } from "./asking";
import * as asking from "./asking";
import { Draft } from "./Draft";
import { closeDocument, openedDocument } from "./open";
import { forms, statuses, words } from "./words";

/** The letter or form that is open: reviewed, printed, issued, cancelled. */
export function DocumentDialog() {
  const documentId = openedDocument.value;
  return documentId === null ? null : <Opened key={documentId} documentId={documentId} />;
}

function Opened({ documentId }: { documentId: string }) {
  const found = useSignal<Document | null>(null);
  const show = (read: () => Promise<Document>) =>
    attempt("document", async () => {
      found.value = await read();
    });
  const learn = async () => {
    if (!(await show(() => asking.read(documentId))) && found.value === null) closeDocument();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each document
  useEffect(() => void learn(), [documentId]);
  useSignalEffect(() => {
    const told = asking.changed.value;
    const known = found.peek();
    if (known !== null && told?.document_id === documentId && told.status !== known.status) void learn();
  });
  return found.value === null ? null : <Shown document={found.value} onDo={show} />;
}

/** Does something that answers with the document as it is then; whether it was done. */
export type Deed = (deed: () => Promise<Document>) => Promise<boolean>;

function Shown({ document, onDo }: { document: Document; onDo: Deed }) {
  const link = useRef<HTMLAnchorElement>(null);
  const status = useRef(document.status);
  // what was pressed is gone with the status that it changed: the focus stays in the dialog
  useEffect(() => {
    if (status.current !== document.status) link.current?.focus();
    status.current = document.status;
  }, [document.status]);
  return (
    <Panel title={`${document.form}: ${say(forms[document.form])}`} onClose={closeDocument} wide>
      <p role="status">
        <span class="tag tag--plain">{say(statuses[document.status])}</span> {standing(document)}
      </p>
      {document.may.includes("change") ? <Draft document={document} onDo={onDo} /> : <Fixed document={document} />}
      <div class="buttons">
        <a class="link" ref={link} href={asking.pdfOf(document.document_id)} target="_blank" rel="noopener">
          {say(words.print)} {say(words.newTab)}
        </a>
        {document.may.includes("cancel") && <Cancel key={document.status} document={document} onDo={onDo} />}
      </div>
    </Panel>
  );
}

function standing(document: Document): string {
  const who = (by: Document["made_by"]) => (by === null ? say(words.service) : `${by.name} ${by.staff_number}`);
  if (document.sent_at !== null) return say(words.sentWords, { when: when(document.sent_at) });
  if (document.cancelled_at !== null)
    return say(words.by, { when: when(document.cancelled_at), who: who(document.cancelled_by) });
  if (document.goes_at !== null)
    return say(words.issuedWords, { when: when(document.goes_at), who: who(document.issued_by) });
  return say(words.by, { when: when(document.made_at), who: who(document.made_by) });
}

/** What it says, once it is no draft any more, or somebody else's. */
function Fixed({ document }: { document: Document }) {
  return (
    <dl class="facts">
      {document.fields.map((field) => (
        <Fact key={field.key} name={say(field)}>
          <span class="lined">
            {field.value === "" ? say(words.notFilledIn) : field.shape === "day" ? day(field.value) : field.value}
          </span>
        </Fact>
      ))}
    </dl>
  );
}

/** Asked twice: there is no way back. */
function Cancel({ document, onDo }: { document: Document; onDo: Deed }) {
  const sure = useSignal(false);
  if (!sure.value) return <Act look="plain" label={say(words.cancel)} onDo={() => (sure.value = true)} />;
  return (
    <>
      <span>{say(words.reallyCancel)}</span>
      <Act look="end" label={say(words.confirmCancel)} onDo={() => onDo(() => asking.cancel(document.document_id))} />
      <Act look="plain" label={say(words.keep)} onDo={() => (sure.value = false)} />
    </>
  );
}
