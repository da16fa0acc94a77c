import type { Schemas } from "../../api/client";
import { brandTag } from "../../words/brand";
import { say } from "../../words/words";
import { toggle } from "../open";
import { Act } from "../parts/Act";
import { me, whyNot } from "../state";
import { day } from "../time";
import { record as words } from "../words/record";
import { caseRoles, named } from "../words/values";

type Case = Schemas["Case"];

/** A client: who they are, and their cases with owner, team, and where the call can go (R-POP-4). */
export function Client({ record }: { record: Schemas["ClientRecord"] }) {
  return (
    <>
      <p class="record__name">
        <strong class="large">{record.name}</strong> SCIN {record.scin}
        {brandTag(record.brand) !== "" && <span class="tag">{brandTag(record.brand)}</span>}
      </p>
      <h3>{say(words.cases)}</h3>
      {record.cases.length === 0 && <p>{say(words.noCases)}</p>}
      <ul class="rows">
        {record.cases.map((one) => (
          <li key={one.case_id} class={one.selected ? "case case--selected" : "case"}>
            <CaseWords one={one} />
          </li>
        ))}
      </ul>
    </>
  );
}

function CaseWords({ one }: { one: Case }) {
  return (
    <>
      <p class="row">
        <span>
          {one.selected && <span aria-hidden="true">▸ </span>}
          <strong>{one.number}</strong> {one.segment}
          {one.roles.length > 0 && `, ${one.roles.map((role) => named(caseRoles, role)).join(", ")}`}
          {one.selected && <span class="tag">{say(words.selected)}</span>}
        </span>
        <Transfer one={one} />
      </p>
      <p class="quiet">
        {ownerWords(one)} · {one.team}
        {one.opened_on !== null && ` · ${say(words.openedOn, { day: day(one.opened_on) })}`}
        {one.closed_on !== null && ` · ${say(words.closedOn, { day: day(one.closed_on) })}`}
      </p>
      {one.children.length > 0 && (
        <p class="quiet">
          {say(words.children)}:{" "}
          {one.children.map((child) => say(words.born, { name: child.name, day: day(child.born_on) })).join("; ")}
        </p>
      )}
    </>
  );
}

function ownerWords(one: Case): string {
  if (one.owner === null) return say(words.noOwner);
  if (one.owner.staff_number === me.value?.staff_number) return say(words.ownerYou);
  return say(words.owner, { who: `${one.owner.name} ${one.owner.staff_number}` });
}

/** The nearest place where somebody is available has the button; where nobody is, the nearest, which says so. */
function Transfer({ one }: { one: Case }) {
  const to = one.transfer.find((place) => place.available) ?? one.transfer[0];
  if (to === undefined) return null;
  const shown = to.kind === "agent" && one.owner !== null ? `${one.owner.name} ${to.name}` : to.name;
  return (
    <Act
      look="small"
      label={say(words.transferThere, { name: to.name })}
      why={whyNot("transfer")}
      onDo={() => toggle({ what: "transfer", to: { kind: to.kind, name: to.name, shown } })}
    />
  );
}
