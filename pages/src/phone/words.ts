import { texts } from "../words/words";

/** What the browser's phone says. */
export const words = texts({
  phone: { en: "Phone", cy: "Ffôn" },
  off: { en: "Your own phone", cy: "Eich ffôn eich hun" },
  connecting: { en: "Phone: connecting", cy: "Ffôn: yn cysylltu" },
  registered: { en: "Phone: ready", cy: "Ffôn: yn barod" },
  ringing: { en: "Phone: ringing", cy: "Ffôn: yn canu" },
  talking: { en: "Phone: in a call", cy: "Ffôn: mewn galwad" },
  lost: { en: "Phone: connection lost", cy: "Ffôn: cysylltiad wedi'i golli" },
  elsewhere: { en: "Phone: in another window", cy: "Ffôn: mewn ffenestr arall" },
  good: { en: "good", cy: "da" },
  fair: { en: "fair", cy: "gweddol" },
  poor: { en: "poor", cy: "gwael" },
  network: { en: "Network: {word}", cy: "Rhwydwaith: {word}" },
  networkFigures: {
    en: "lost {loss} %, jitter {jitter} ms, round trip {trip} ms",
    cy: "collwyd {loss} %, amrywiad {jitter} ms, taith gron {trip} ms",
  },
  microphoneLevel: { en: "Microphone level", cy: "Lefel y meicroffon" },
  settings: { en: "Phone settings", cy: "Gosodiadau'r ffôn" },
  openSettings: { en: "{state}. Open phone settings", cy: "{state}. Agor gosodiadau'r ffôn" },
  microphone: { en: "Microphone", cy: "Meicroffon" },
  headset: { en: "Headset or speaker, for the caller's voice", cy: "Clustffon neu seinydd, ar gyfer llais y galwr" },
  ringer: { en: "Rings on", cy: "Yn canu ar" },
  usual: { en: "This machine's usual one", cy: "Yr un arferol ar y peiriant hwn" },
  unnamed: { en: "Device {number}", cy: "Dyfais {number}" },
  tryMicrophone: { en: "Try the microphone", cy: "Profi'r meicroffon" },
  stopTrying: { en: "Stop trying", cy: "Stopio profi" },
  speakNow: { en: "Speak: the bars should move.", cy: "Siaradwch: dylai'r bariau symud." },
  playRing: { en: "Play the ring", cy: "Chwarae'r caniad" },
  close: { en: "Close", cy: "Cau" },
  takeOver: { en: "Use the phone in this window", cy: "Defnyddio'r ffôn yn y ffenestr hon" },
  whichPhone: { en: "Which phone rings", cy: "Pa ffôn sy'n canu" },
  thisBrowser: { en: "This browser", cy: "Y porwr hwn" },
  thisBrowserHint: { en: "A headset at this computer", cy: "Clustffon wrth y cyfrifiadur hwn" },
  ownPhone: { en: "Your own phone", cy: "Eich ffôn eich hun" },
  ownPhoneHint: { en: "A desk phone or another program", cy: "Ffôn desg neu raglen arall" },
});

/** What may be wrong with the phone, and what to do about it. */
export const troubles = texts({
  microphoneRefused: {
    en: "The browser may not use the microphone. Allow it: click the sign beside the page's address, then Microphone. Until then callers cannot hear you.",
    cy: "Ni chaiff y porwr ddefnyddio'r meicroffon. Caniatewch hynny: cliciwch yr arwydd wrth ochr cyfeiriad y dudalen, yna Meicroffon. Tan hynny ni all galwyr eich clywed.",
  },
  microphoneMissing: {
    en: "No microphone was found. Plug the headset in; it is used as soon as it is there.",
    cy: "Ni chafwyd hyd i feicroffon. Plygiwch y clustffon i mewn; caiff ei ddefnyddio cyn gynted ag y bydd yno.",
  },
  microphoneBusy: {
    en: "The microphone cannot be opened: another program may be using it. Close that program, or choose another microphone.",
    cy: "Ni ellir agor y meicroffon: efallai fod rhaglen arall yn ei ddefnyddio. Caewch y rhaglen honno, neu dewiswch feicroffon arall.",
  },
  notSecure: {
    en: "This page was not opened over https, so the browser gives it no microphone. Open it at its https address, or choose your own phone.",
    cy: "Ni agorwyd y dudalen hon dros https, felly nid yw'r porwr yn rhoi meicroffon iddi. Agorwch hi yn ei chyfeiriad https, neu dewiswch eich ffôn eich hun.",
  },
  silent: {
    en: "The browser stays silent until you click somewhere on this page: you would not hear it ring.",
    cy: "Mae'r porwr yn dawel nes i chi glicio rhywle ar y dudalen hon: ni fyddech yn ei glywed yn canu.",
  },
  headsetMissing: {
    en: "The chosen headset is not there. The machine's usual one is used.",
    cy: "Nid yw'r clustffon a ddewiswyd yno. Defnyddir yr un arferol ar y peiriant.",
  },
  connectionGone: {
    en: "The phone's connection is lost. A call goes on as long as it can; new calls go to others. It comes back by itself.",
    cy: "Mae cysylltiad y ffôn wedi'i golli. Mae galwad yn parhau cyhyd ag y gall; mae galwadau newydd yn mynd at eraill. Daw'n ôl ar ei ben ei hun.",
  },
  otherTab: {
    en: "Another window of this browser is your phone.",
    cy: "Ffenestr arall yn y porwr hwn yw eich ffôn.",
  },
  otherTabTalks: {
    en: "Another window of this browser is your phone, and a call is up there.",
    cy: "Ffenestr arall yn y porwr hwn yw eich ffôn, ac mae galwad arni.",
  },
  otherBrowser: {
    en: "Your phone is in another browser now.",
    cy: "Mae eich ffôn mewn porwr arall nawr.",
  },
  answerFailed: {
    en: "The call could not be answered. It rings on, or goes to somebody else.",
    cy: "Ni ellid ateb yr alwad. Mae'n dal i ganu, neu'n mynd at rywun arall.",
  },
});
