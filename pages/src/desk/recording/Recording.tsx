import { ask } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { inTalk, type MyCall, me } from "../state";
import { recording as words } from "./words";

const MINE = "/api/agents/me/call/recording";

/** What the recording of the call does, in words, and how to silence it. Nothing where the line is not recorded. */
export function Recording({ now }: { now: MyCall }) {
  const it = now.recording;
  if (it === null || !inTalk.value) return null;
  const state = it.on ? (it.quiet ?? "on") : "off";
  return (
    <fieldset class="recording" aria-label={say(words.panel)}>
      <p class={state === "on" ? "recording__state" : "recording__state recording__state--quiet"} aria-live="polite">
        <span aria-hidden="true">{state === "on" ? "●" : "○"}</span> {say(words[state])}
      </p>
      {now.agent === me.value?.staff_number && (
        <div class="buttons">
          <Act
            keyName="muteRecording"
            look="small"
            label={say(it.muted ? words.unmute : words.mute)}
            pressed={it.muted}
            onDo={() => turn("mute", it.muted)}
          />
          <Act
            keyName="pauseRecording"
            look="small"
            label={say(it.paused ? words.resume : words.pause)}
            pressed={it.paused}
            onDo={() => turn("pause", it.paused)}
          />
        </div>
      )}
    </fieldset>
  );
}

function turn(what: "mute" | "pause", isOn: boolean): Promise<boolean> {
  return attempt("call", () => ask(isOn ? "delete" : "post", `${MINE}/${what}`));
}
