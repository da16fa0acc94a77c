import { useSignal } from "@preact/signals";
import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Act } from "../parts/Act";
import { Field } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { londonInstant } from "../work/london";
import { setTime } from "./deeds";
import { words } from "./words";

type Asked = { source: Schemas["Source"]; id: string; name: string };

/** Its times set again (R-CB-5): dismissed by mistake, or agreed anew. */
export function OtherTime({ source, id, name }: Asked) {
  const open = useSignal(false);
  return (
    <>
      <Act
        look="small"
        label={say(words.otherTime)}
        name={say(words.otherTimeOf, { name })}
        expanded={open.value}
        onDo={() => (open.value = !open.value)}
      />
      {open.value && <Form source={source} id={id} name={name} onClose={() => (open.value = false)} />}
    </>
  );
}

function Form({ source, id, name, onClose }: Asked & { onClose: () => void }) {
  const typed = useSignal("");
  const set = async (wanted: string | null) => {
    if (await setTime(source, id, wanted)) onClose();
  };
  return (
    <Panel title={say(words.otherTimeOf, { name })} onClose={onClose} wide>
      <DateAndTime value={typed.value} onInput={(value) => (typed.value = value)} />
      <div class="buttons">
        <Act
          look="main"
          label={say(words.saveTime)}
          why={typed.value === "" ? say(words.timeFirst) : null}
          onDo={() => set(londonInstant(typed.value))}
        />
        {source === "call_back" && <Act label={say(words.noTime)} onDo={() => set(null)} />}
      </div>
    </Panel>
  );
}

/** A date and a time on London's clock. */
export function DateAndTime(asked: { value: string; onInput: (value: string) => void; label?: string }) {
  return (
    <Field label={asked.label ?? say(words.time)} hint={say(words.timeHint)}>
      {(id, described) => (
        <input
          id={id}
          class="input"
          type="datetime-local"
          aria-describedby={described}
          value={asked.value}
          onInput={(event) => asked.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
