import { texts } from "../../words/words";

export const proForma = texts({
  open: { en: "Pro forma", cy: "Pro fforma" },
  title: { en: "Pro forma for CPO, IO, FTF or SAR", cy: "Pro fforma ar gyfer CPO, IO, FTF neu SAR" },
  team: { en: "Team", cy: "Tîm" },
  chooseTeam: { en: "Choose a team", cy: "Dewiswch dîm" },
  before: { en: "Done before", cy: "Wedi'i wneud cyn hyn" },
  resolved: { en: "I tried to resolve it", cy: "Ceisiais ei ddatrys" },
  transferred: { en: "I tried to transfer the call", cy: "Ceisiais drosglwyddo'r alwad" },
  told: {
    en: "I told the caller that the team will call them",
    cy: "Dywedais wrth y galwr y bydd y tîm yn eu ffonio",
  },
  name: { en: "Caller", cy: "Galwr" },
  number: { en: "Number to call", cy: "Rhif i'w ffonio" },
  when: { en: "When they would like to be called", cy: "Pryd yr hoffent gael eu ffonio" },
  about: { en: "What about", cy: "Ynghylch beth" },
  send: { en: "Send pro forma", cy: "Anfon pro fforma" },
  teamFirst: { en: "Choose the team first.", cy: "Dewiswch y tîm yn gyntaf." },
  allFirst: {
    en: "Try to resolve, try to transfer, tell the caller: then it is sent.",
    cy: "Ceisiwch ddatrys, ceisiwch drosglwyddo, dywedwch wrth y galwr: yna fe'i hanfonir.",
  },
  fillFirst: {
    en: "Fill in caller, number, when, and what about first.",
    cy: "Llenwch y galwr, y rhif, pryd, ac ynghylch beth yn gyntaf.",
  },
  sent: { en: "The pro forma goes to the mailbox of {team}.", cy: "Mae'r pro fforma yn mynd i flwch post {team}." },
});
