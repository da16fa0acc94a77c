import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Fact } from "../call/Facts";
import { spaced } from "../call/who";
import { Link, useLinks } from "../employer/Link";
import { record as words } from "../words/record";
import { named, recordKinds } from "../words/values";
import { type Kind, openRecord } from "./shown";

/** An employer's record. */
export function Employer({ record }: { record: Schemas["EmployerRecord"] }) {
  const manager = record.account_manager;
  return (
    <>
      <Name name={record.name} reference={`ERN ${record.ern}`} kind="employer" />
      <dl class="facts">
        <Fact name={say(words.accountManager)}>
          {manager === null ? say(words.noManager) : `${manager.name} ${manager.staff_number}`}
        </Fact>
        {record.paye_reference !== null && <Fact name={say(words.paye)}>{record.paye_reference}</Fact>}
        {record.phone !== null && <Fact name={say(words.phone)}>{spaced(record.phone)}</Fact>}
        {(record.address_line ?? record.postcode) !== null && (
          <Fact name={say(words.address)}>{[record.address_line, record.postcode].filter(Boolean).join(", ")}</Fact>
        )}
        {record.email !== null && <Fact name={say(words.email)}>{record.email}</Fact>}
      </dl>
    </>
  );
}

/** An employer agent, with the employers they act for: each link is confirmed before a query is answered (R-EMP-3). */
export function EmployerAgent({ record }: { record: Schemas["EmployerAgentRecord"] }) {
  useLinks(record.record_id);
  return (
    <>
      <Name name={record.name} reference={`EARN ${record.earn}`} kind="employer_agent" />
      <p class="standing standing--warn">▲ {say(words.confirmLink)}</p>
      <ActsFor
        all={record.acts_for}
        kind="employer"
        beside={(one) => <Link employerAgentId={record.record_id} one={one} />}
      />
    </>
  );
}

/** A representative, with the clients they act for. */
export function Representative({ record }: { record: Schemas["RepresentativeRecord"] }) {
  return (
    <>
      <Name name={record.name} reference={`TRN ${record.trn}`} kind="representative" />
      <ActsFor all={record.acts_for} kind="client" />
    </>
  );
}

function Name({ name, reference, kind }: { name: string; reference: string; kind: Kind }) {
  return (
    <p class="record__name">
      <strong class="large">{name}</strong> {named(recordKinds, kind)}, {reference}
    </p>
  );
}

function ActsFor({
  all,
  kind,
  beside,
}: {
  all: readonly Schemas["ActsFor"][];
  kind: Kind;
  beside?: (one: Schemas["ActsFor"]) => ComponentChildren;
}) {
  return (
    <>
      <h3>{say(words.actsFor)}</h3>
      <ul class="rows">
        {all.map((one) => (
          <li key={one.record_id} class="row">
            <span>
              <strong>{one.name}</strong> {one.reference}
            </span>
            <span class="row__acts">
              {beside?.(one)}
              <button
                type="button"
                class="button button--small"
                aria-label={say(words.openName, { name: one.name })}
                onClick={() => void openRecord(kind, one.record_id)}
              >
                {say(words.open)}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
