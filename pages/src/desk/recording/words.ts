import { texts } from "../../words/words";

export const recording = texts({
  panel: { en: "Recording", cy: "Recordiad" },
  on: { en: "This call is being recorded.", cy: "Mae'r alwad hon yn cael ei recordio." },
  check: {
    en: "Recording is silent during the security check.",
    cy: "Mae'r recordiad yn ddistaw yn ystod y gwiriad diogelwch.",
  },
  muted: {
    en: "You have muted the recording: silence takes the place of what is said.",
    cy: "Rydych wedi distewi'r recordiad: mae distawrwydd yn lle'r hyn a ddywedir.",
  },
  cut: { en: "You have paused the recording.", cy: "Rydych wedi seibio'r recordiad." },
  held: { en: "Nothing is recorded while the call is on hold.", cy: "Ni recordir dim tra bo'r alwad yn cael ei dal." },
  off: { en: "This call is not being recorded now.", cy: "Nid yw'r alwad hon yn cael ei recordio nawr." },
  mute: { en: "Mute recording", cy: "Distewi'r recordiad" },
  unmute: { en: "Unmute recording", cy: "Dad-ddistewi'r recordiad" },
  pause: { en: "Pause recording", cy: "Seibio'r recordiad" },
  resume: { en: "Resume recording", cy: "Ailddechrau recordio" },
});
