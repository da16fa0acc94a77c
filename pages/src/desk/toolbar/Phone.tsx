import { useSignal } from "@preact/signals";
import { PhoneMark, PhoneSettings, phoneState } from "../../phone";
import { say } from "../../words/words";
import type { Me } from "../state";
import { toolbar as words } from "../words/toolbar";

/** The browser's own phone with its settings, or, of a phone on the desk, whether it can be reached. */
export function Phone({ mine }: { mine: Me }) {
  const settings = useSignal(false);
  if (phoneState.value === "off") return <OwnPhone mine={mine} />;
  return (
    <>
      <PhoneMark
        onOpen={() => {
          settings.value = true;
        }}
      />
      <PhoneSettings
        open={settings.value}
        onClose={() => {
          settings.value = false;
        }}
      />
    </>
  );
}

function OwnPhone({ mine }: { mine: Me }) {
  const reachable = mine.phone_reachable ?? null;
  const how = reachable === null ? words.phoneUnknown : reachable ? words.phoneReady : words.phoneLost;
  return (
    <p class={`phone ${reachable === false ? "phone--lost" : ""}`}>
      {say(words.phone)}: <span aria-hidden="true">{reachable === false ? "✕" : reachable ? "✓" : "?"}</span> {say(how)}
    </p>
  );
}
