import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Act } from "../parts/Act";
import { cannotIdentify, stop } from "./deeds";
import { security as words } from "./words";

export type Asked = { callId: string; check: Schemas["CheckNow"] };

/** Whose check it is, and that nothing of it is recorded. */
export function Head({ check }: { check: Schemas["CheckNow"] }) {
  const { name, reference } = check;
  return (
    <p>
      <strong>{say(words.ofWhom, { name, reference })}</strong>
      {check.employer !== null && check.employer !== name && ` ${say(words.forEmployer, { name: check.employer })}`}{" "}
      <span class="quiet">{say(words.silent)}</span>
    </p>
  );
}

/** The ways out of a check; an employer's call stays where it is. */
export function Ways({ callId, employer = false }: { callId: string; employer?: boolean }) {
  return (
    <>
      {!employer && <Act look="small" label={say(words.cannot)} onDo={() => cannotIdentify(callId)} />}
      <Act look="small" label={say(words.stop)} onDo={() => stop(callId)} />
    </>
  );
}
