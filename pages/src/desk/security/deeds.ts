import { ask, type Schemas } from "../../api/client";
import { openDocument } from "../documents/open";
import { attempt } from "../notices";
import { type CallSecurity, callIs } from "./known";

const AT = "/api/calls/{call_id}/security";

/** Ask it of the service; what it answers is how the call's check stands. */
async function asked(callId: string, deed: () => Promise<CallSecurity>): Promise<boolean> {
  return attempt("security", async () => callIs(callId, await deed()));
}

const path = (callId: string) => ({ path: { call_id: callId } });

export const begin = (callId: string, body: Schemas["CheckBody"]) =>
  asked(callId, () => ask("post", `${AT}/check`, { ...path(callId), body }));

export const stop = (callId: string) => asked(callId, () => ask("delete", `${AT}/check`, path(callId)));

export const cannotIdentify = (callId: string) => asked(callId, () => ask("post", `${AT}/unidentified`, path(callId)));

export const confirmBoth = (callId: string) => asked(callId, () => ask("post", `${AT}/confirmed`, path(callId)));

export const report = (callId: string, body: Schemas["BogusBody"]) =>
  asked(callId, () => ask("post", `${AT}/bogus`, { ...path(callId), body }));

/** Have the answers judged. A report that this has made opens filled in (R-SEC-4). */
export const judge = (callId: string, body: Partial<Schemas["AnswersBody"]> & { questions: string[] }) =>
  asked(callId, async () => {
    const whole = { pin: [], password: "", answers: [], right: [], ...body };
    const found = await ask("post", `${AT}/answers`, { ...path(callId), body: whole });
    const last = found.check.last;
    if (last?.reported && last.document_id !== null) openDocument(last.document_id);
    return found;
  });
