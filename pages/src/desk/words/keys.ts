import { texts } from "../../words/words";
import type { KeyName } from "../keys/keys";

export const keyDeeds = texts<KeyName>({
  available: { en: "Available", cy: "Ar gael" },
  codes: { en: "Open the codes of Not Ready", cy: "Agor codau Ddim yn barod" },
  answer: { en: "Answer", cy: "Ateb" },
  hold: { en: "Hold, and back to the caller", cy: "Dal, ac yn ôl at y galwr" },
  mute: { en: "Mute, unmute", cy: "Distewi, dad-ddistewi" },
  keypad: { en: "Keypad", cy: "Bysellbad" },
  transfer: { en: "Transfer", cy: "Trosglwyddo" },
  interpreter: { en: "Call an interpreter in", cy: "Galw cyfieithydd i mewn" },
  end: { en: "End the call", cy: "Gorffen yr alwad" },
  complete: { en: "Complete the transfer", cy: "Cwblhau'r trosglwyddiad" },
  conference: { en: "Conference", cy: "Cynhadledd" },
  swap: { en: "Swap between caller and colleague", cy: "Cyfnewid rhwng galwr a chydweithiwr" },
  back: { en: "From the colleague back to the caller", cy: "O'r cydweithiwr yn ôl at y galwr" },
  alert: { en: "Alert your team leader", cy: "Rhybuddio eich arweinydd tîm" },
  search: { en: "Search contacts", cy: "Chwilio cysylltiadau" },
  security: { en: "Start the security check", cy: "Dechrau'r gwiriad diogelwch" },
  outbound: { en: "Call somebody", cy: "Ffonio rhywun" },
  outcome: { en: "Outcome of the activity", cy: "Canlyniad y gweithgaredd" },
  notes: { en: "Notes", cy: "Nodiadau" },
  callBack: { en: "New call back", cy: "Galwad yn ôl newydd" },
  reminder: { en: "To the reminder that has popped up", cy: "At y nodyn atgoffa sydd wedi ymddangos" },
  muteRecording: { en: "Mute the recording, unmute it", cy: "Distewi'r recordiad, ei ddad-ddistewi" },
  pauseRecording: { en: "Pause the recording, resume it", cy: "Seibio'r recordiad, ailddechrau" },
  help: { en: "These keys", cy: "Y bysellau hyn" },
});

export const keyWords = texts({
  title: { en: "Keyboard shortcuts", cy: "Llwybrau byr bysellfwrdd" },
  where: {
    en: "Single keys act while no text field has the focus, Space only while no control has it. Ctrl+Enter answers from everywhere.",
    cy: "Mae bysellau sengl yn gweithio pan nad oes maes testun â ffocws, a'r bylchwr dim ond pan nad oes rheolydd â ffocws. Mae Ctrl+Enter yn ateb o unrhyw le.",
  },
  on: { en: "Single keys are on", cy: "Mae bysellau sengl ymlaen" },
  codes: { en: "Not Ready with the first to ninth code", cy: "Ddim yn barod gyda'r cod cyntaf i'r nawfed" },
  change: { en: "Change", cy: "Newid" },
  changeOf: { en: "Change the key of: {deed}", cy: "Newid bysell: {deed}" },
  press: { en: "Press a key", cy: "Pwyswch fysell" },
  taken: { en: "That key is taken, or is a digit.", cy: "Mae'r fysell honno wedi'i chymryd, neu'n ddigid." },
  asShipped: { en: "All keys as at first", cy: "Pob bysell fel ar y dechrau" },
});
