import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Fact } from "../call/Facts";
import { record as words } from "../words/record";

/** What a contact requires (R-OUT-3). */
export function Needs({ needs }: { needs: Schemas["Requirements"] }) {
  return (
    <dl class="facts">
      <Fact name={say(words.needs)}>{needsWords(needs)}</Fact>
    </dl>
  );
}

export function needsWords(needs: Schemas["Requirements"]): string {
  const all = [
    needs.interpreter ? say(words.needInterpreter, { language: needs.interpreter }) : "",
    needs.face_to_face ? say(words.needFace) : "",
    needs.preferred_time ? say(words.needTime, { time: needs.preferred_time }) : "",
    needs.alternative_format ? say(words.needFormat, { format: needs.alternative_format }) : "",
  ].filter((one) => one !== "");
  return all.length === 0 ? say(words.noNeeds) : all.join(" · ");
}
