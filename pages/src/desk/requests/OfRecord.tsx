import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import { Choice, Lines } from "../parts/Field";
import { Room } from "../parts/Room";
import { useAnew } from "../record/anew";
import type { OfRecord } from "../record/sections";
import { contactKind, type Kind } from "../record/shown";
import { One, type Request } from "./One";
import { services, requests as words } from "./words";

type Service = Schemas["Service"];

/** A record's service requests, the open ones first; for an employer, what they ask for is chosen here (R-EMP-4). */
export function Requests({ kind, recordId }: OfRecord) {
  const contact = contactKind(kind as Kind);
  return contact === null ? null : <Of kind={contact} recordId={recordId} />;
}

function Of({ kind, recordId }: { kind: "client" | "employer" | "representative"; recordId: number }) {
  const all = useSignal<readonly Request[]>([]);
  useAnew(kind, recordId, () =>
    attempt("requests", async () => {
      const path = { kind, record_id: recordId };
      all.value = (await ask("get", "/api/records/{kind}/{record_id}/service-requests", { path })).service_requests;
    }),
  );
  const open = all.value.filter((one) => one.status !== "closed").length;
  return (
    <Room title={say(words.ofRecord, { count: open })}>
      {kind === "employer" && <NewRequest recordId={recordId} />}
      {all.value.length === 0 && <p class="quiet">{say(words.none)}</p>}
      <ul class="rows">
        {all.value.map((one) => (
          <One key={one.service_request_id} one={one} withName={false} />
        ))}
      </ul>
    </Room>
  );
}

function NewRequest({ recordId }: { recordId: number }) {
  const open = useSignal(false);
  return (
    <>
      <Act look="small" label={say(words.ask)} expanded={open.value} onDo={() => (open.value = !open.value)} />
      {open.value && <Form recordId={recordId} onDone={() => (open.value = false)} />}
    </>
  );
}

function Form({ recordId, onDone }: { recordId: number; onDone: () => void }) {
  const offered = useSignal<readonly Service[]>([]);
  const service = useSignal("");
  const details = useSignal("");
  useAnew("employer", recordId, async () => {
    if (offered.value.length === 0) offered.value = (await ask("get", "/api/employer-services")).services;
  });
  async function send(): Promise<void> {
    const body = {
      service: service.value as Service,
      kind: "employer" as const,
      record_id: recordId,
      case_number: null,
      description: details.value.trim() === "" ? null : details.value.trim(),
    };
    await attempt("request", async () => {
      const { service_request: made } = await ask("post", "/api/service-requests", { body });
      onDone();
      notice("request-made", () => say(words.made, { team: made.team ?? "" }));
    });
  }
  return (
    <>
      <Choice
        label={say(words.service)}
        none={say(words.choose)}
        value={service.value}
        of={offered.value.map((one) => [one, say(services[one])] as const)}
        onChoose={(value) => (service.value = value)}
      />
      <Lines label={say(words.details)} rows={2} value={details.value} onInput={(value) => (details.value = value)} />
      <Act look="main" label={say(words.send)} why={service.value === "" ? say(words.chooseFirst) : null} onDo={send} />
    </>
  );
}
