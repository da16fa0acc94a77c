import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../../words/words";
import { keysOn, useDigits, useKey } from "../keys/keys";
import { Act } from "../parts/Act";
import { type Me, may, whyNot } from "../state";
import { since } from "../time";
import { toolbar as words } from "../words/toolbar";
import { codes, named, states } from "../words/values";
import { chooseAvailable, chooseCode } from "./choose";

/** A shape for each state, so that colour is never alone. */
const SHAPES = {
  logged_out: "○",
  not_ready: "■",
  available: "●",
  reserved: "◆",
  on_call: "▶",
  on_hold: "‖",
  after_call_work: "✎",
} as const;

/** The state, the largest thing on the page; beside it the key that changes it, and the codes when they are open. */
export function StateChooser({ mine }: { mine: Me }) {
  const open = useSignal(false);
  const choose = useRef<HTMLButtonElement>(null);
  const toggle = () => {
    open.value = !open.value;
  };
  useKey("codes", toggle);
  useDigits((digit) => digitMeans(digit, open.value, () => close()));

  function close(): void {
    open.value = false;
    choose.current?.focus();
  }
  return (
    <div class={`state state--${mine.state}`}>
      <p class="state__now">
        <span aria-hidden="true">{SHAPES[mine.state]} </span>
        <span class="state__name">{say(states[mine.state])}</span>{" "}
        <span class="state__time">
          <span aria-hidden="true">{since(mine.since)}</span>
        </span>
        {mine.code !== null && <span class="state__code">{named(codes, mine.code)}</span>}
      </p>
      <div class="state__change">
        <GoAvailable />
        <Act at={choose} keyName="codes" label={say(words.change)} expanded={open.value} onDo={toggle} />
      </div>
      {open.value && <Codes onDone={close} />}
    </div>
  );
}

/** 1 to 9 choose a code at once, 0 opens the list and, in it, is the tenth. */
function digitMeans(digit: string, open: boolean, done: () => void): boolean {
  const option = may("not_ready");
  if (digit === "0" && !open) return false;
  const code = option?.codes?.[digit === "0" ? 9 : Number(digit) - 1];
  if (code === undefined || option?.allowed !== true) return false;
  void chooseCode(code);
  if (open) done();
  return true;
}

function GoAvailable() {
  const option = may("available");
  if (option === null) return null;
  const label = say(states.available);
  return <Act keyName="available" look="main" label={label} why={whyNot("available")} onDo={chooseAvailable} />;
}

function Codes({ onDone }: { onDone: () => void }) {
  const list = useRef<HTMLDivElement>(null);
  const option = may("not_ready");
  useEffect(() => list.current?.querySelector("button")?.focus(), []);
  const after = option?.pending ? words.pendingShort : option?.withdraws_offer ? words.ringsElsewhere : null;

  return (
    <div
      class="codes"
      role="dialog"
      aria-label={say(words.chooseCode)}
      ref={list}
      onKeyDown={(event) => event.key === "Escape" && onDone()}
    >
      <p class="codes__title">
        {say(words.chooseCode)}
        {after !== null && <span class="quiet"> ({say(after)})</span>}
      </p>
      {(option?.codes ?? []).map((code, at) => (
        <Act
          key={code}
          look="small"
          why={whyNot("not_ready")}
          label={
            <>
              {keysOn.value && <kbd class="key key--before">{(at + 1) % 10}</kbd>}
              {named(codes, code)}
            </>
          }
          name={named(codes, code)}
          onDo={async () => {
            if (await chooseCode(code)) onDone();
          }}
        />
      ))}
    </div>
  );
}
