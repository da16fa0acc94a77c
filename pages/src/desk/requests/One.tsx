import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say, type Text } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { Line } from "../parts/Field";
import { openRecord } from "../record/shown";
import { me } from "../state";
import { when } from "../time";
import { parts, services, requests as words } from "./words";

export type Request = Schemas["ServiceRequest"];

/** A service request: what it is, where it stands, whose it is, and what may be done with it (R-CB-1, R-EMP-4). */
export function One({ one, withName }: { one: Request; withName: boolean }) {
  const what = shortly(one);
  return (
    <li class="request">
      <p class="row">
        <span>
          <span class={one.status === "closed" ? "tag tag--plain" : "tag"}>{say(words[one.status])}</span>{" "}
          <strong>{what}</strong>
        </span>
        {one.status !== "closed" && <Acts one={one} what={what} />}
      </p>
      {withName && one.name !== null && <Whose one={one} name={one.name} />}
      <p class="quiet">{placed(one)}</p>
      {one.description !== null && <p>{one.description}</p>}
    </li>
  );
}

function Whose({ one, name }: { one: Request; name: string }) {
  const kind = one.kind === "client" || one.kind === "employer" || one.kind === "representative" ? one.kind : null;
  const recordId = one.record_id;
  if (kind === null || recordId === null) return <p>{name}</p>;
  return (
    <button type="button" class="link" onClick={() => void openRecord(kind, recordId)}>
      {say(words.open, { name })}
    </button>
  );
}

function Acts({ one, what }: { one: Request; what: string }) {
  const gives = useSignal(false);
  const mine = one.owner?.staff_number === me.value?.staff_number;
  const leads = me.value?.role === "team_leader";
  const path = { service_request_id: one.service_request_id };
  const close = () =>
    attempt("request", () => ask("post", "/api/service-requests/{service_request_id}/close", { path }));
  return (
    <>
      <span class="row__acts">
        {!(mine && one.status === "in_progress") && (leads || mine || one.team === me.value?.team) && (
          <Act
            look="small"
            label={say(words.take)}
            name={say(words.takeName, { what })}
            onDo={() => give(one, me.value?.staff_number ?? "")}
          />
        )}
        {leads && (
          <Act
            look="small"
            label={say(words.give)}
            name={say(words.giveName, { what })}
            expanded={gives.value}
            onDo={() => (gives.value = !gives.value)}
          />
        )}
        {(mine || leads) && (
          <Act look="small" label={say(words.close)} name={say(words.closeName, { what })} onDo={close} />
        )}
      </span>
      {gives.value && <Give one={one} onDone={() => (gives.value = false)} />}
    </>
  );
}

function Give({ one, onDone }: { one: Request; onDone: () => void }) {
  const staff = useSignal("");
  const send = async () => {
    if (await give(one, staff.value.trim())) onDone();
  };
  return (
    <span class="row row--fields">
      <Line label={say(words.giveTo)} mode="numeric" value={staff.value} onInput={(value) => (staff.value = value)} />
      <Act
        look="small"
        label={say(words.giveNow)}
        why={staff.value.trim() === "" ? say(words.toWhom) : null}
        onDo={send}
      />
    </span>
  );
}

function give(one: Request, staffNumber: string): Promise<boolean> {
  const path = { service_request_id: one.service_request_id };
  const body = { staff_number: staffNumber };
  return attempt("request", () => ask("post", "/api/service-requests/{service_request_id}/assign", { path, body }));
}

/** What is asked for; of an earlier list as it was stored. */
function shortly(one: Request): string {
  return one.service === null ? one.sub_area : say(services[one.service]);
}

/** Process and area, above which the sub area stands; owner or team; since when. */
function placed(one: Request): string {
  const inWords = (stored: string) => {
    const text: Text | undefined = parts[stored as keyof typeof parts];
    return text === undefined ? stored : say(text);
  };
  const chain = `${inWords(one.process)} › ${inWords(one.area)}`;
  const all = [chain, one.call_back ? say(words.callBack) : "", ownerWords(one), when(one.made_at)];
  return all.filter((part) => part !== "").join(" · ");
}

function ownerWords(one: Request): string {
  if (one.owner === null) return one.team === null ? "" : say(words.team, { team: one.team });
  if (one.owner.staff_number === me.value?.staff_number) return say(words.ownerYou);
  return say(words.owner, { who: `${one.owner.name} ${one.owner.staff_number}` });
}
