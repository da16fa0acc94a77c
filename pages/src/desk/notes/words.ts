import { texts } from "../../words/words";

export const notes = texts({
  title: { en: "Contact's notes: {count}", cy: "Nodiadau'r cyswllt: {count}" },
  none: { en: "None yet.", cy: "Dim eto." },
  by: { en: "{who}, {day}", cy: "{who}, {day}" },
  add: { en: "Add to the contact's notes", cy: "Ychwanegu at nodiadau'r cyswllt" },
  saysSo: {
    en: "Say in the activity's description that there is more here",
    cy: "Nodi yn nisgrifiad y gweithgaredd fod rhagor yma",
  },
  save: { en: "Add note", cy: "Ychwanegu nodyn" },
  first: { en: "Type the note first.", cy: "Teipiwch y nodyn yn gyntaf." },
  added: { en: "The note is added.", cy: "Mae'r nodyn wedi'i ychwanegu." },
});
