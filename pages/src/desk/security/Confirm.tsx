import { say } from "../../words/words";
import type { Pop } from "../call/who";
import { Act } from "../parts/Act";
import { confirmBoth } from "./deeds";
import { security as words } from "./words";

/** An employer is called: no check but organisation and payroll department (R-SEC-5). */
export function Confirm({ pop }: { pop: Pop }) {
  const pressed = pop.security.result === "passed";
  return (
    <>
      <p>{say(words.confirmHint)}</p>
      <div class="buttons">
        <Act
          keyName="security"
          look="small"
          label={say(words.confirm)}
          pressed={pressed}
          onDo={() => confirmBoth(pop.call_id)}
        />
      </div>
    </>
  );
}
