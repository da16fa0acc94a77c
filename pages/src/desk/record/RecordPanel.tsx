import { say } from "../../words/words";
import { Security } from "../security/Security";
import { call } from "../state";
import { record as words } from "../words/record";
import { Attach } from "./Attach";
import { Client } from "./Client";
import { Contact } from "./Contact";
import { Employer, EmployerAgent, Representative } from "./Employers";
import { Search } from "./Search";
import { sections } from "./sections";
import { backToCaller, callers, contactKind, idOf, isLooked, type Record, shown } from "./shown";

/** The record: the caller's own, one that was looked up, or what to search for (R-POP). */
export function RecordPanel() {
  const record = shown.value;
  return (
    <section class="column column--record" aria-labelledby="record-title">
      <h2 id="record-title" tabIndex={-1}>
        {say(words.panel)}
      </h2>
      {record === null ? <NoRecord /> : <Opened key={`${record.kind}${idOf(record)}`} record={record} />}
      {call.value !== null && <Security pop={call.value.pop} />}
      <Search key={call.value?.pop.call_id} />
    </section>
  );
}

function Opened({ record }: { record: Record }) {
  const kind = contactKind(record.kind);
  return (
    <>
      {isLooked.value && callers.value !== null && (
        <button type="button" class="link" onClick={backToCaller}>
          {say(words.callersRecord)}
        </button>
      )}
      {record.client != null && <Client record={record.client} />}
      {record.representative != null && <Representative record={record.representative} />}
      {record.employer != null && <Employer record={record.employer} />}
      {record.employer_agent != null && <EmployerAgent record={record.employer_agent} />}
      {kind !== null && <Contact kind={kind} record={record} />}
      {sections.map((Section) => (
        <Section key={Section.displayName ?? Section.name} kind={record.kind} recordId={idOf(record)} />
      ))}
      <Attach kind={record.kind} recordId={idOf(record)} />
    </>
  );
}

function NoRecord() {
  const pop = call.value?.pop.pop;
  return <p>{say(pop === "search" ? words.notOnRecord : pop === "blank" ? words.blank : words.none)}</p>;
}
