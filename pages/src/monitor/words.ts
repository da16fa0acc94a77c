import type { Schemas } from "../api/client";
import { texts } from "../words/words";

/** What the monitor says. */
export const words = texts({
  title: { en: "Monitor", cy: "Monitor" },
  desk: { en: "Desk", cy: "Desg" },
  wall: { en: "Wall screen", cy: "Sgrin wal" },
  notALeader: {
    en: "The monitor is for team leaders and operations. You are logged in as {name}, who is neither.",
    cy: "Mae'r monitor ar gyfer arweinwyr tîm a gweithrediadau. Rydych wedi mewngofnodi fel {name}, nad yw'n un ohonynt.",
  },
  toTheDesk: { en: "Go to your desk", cy: "Ewch i'ch desg" },
  stale: { en: "As it was at {time}.", cy: "Fel yr oedd am {time}." },
  unreachable: {
    en: "The service did not answer. Whether it was done is not known; look at what is shown before you ask again.",
    cy: "Ni atebodd y gwasanaeth. Ni wyddys a wnaed hynny; edrychwch ar yr hyn a ddangosir cyn gofyn eto.",
  },
  close: { en: "Close", cy: "Cau" },
  cancel: { en: "Cancel", cy: "Canslo" },
  back: { en: "Back", cy: "Yn ôl" },
  acknowledge: { en: "Acknowledge", cy: "Cydnabod" },
  acknowledged: { en: "Seen by {name}, {time}", cy: "Gwelwyd gan {name}, {time}" },
});

/** Sounds. */
export const sounds = texts({
  on: { en: "Sound on", cy: "Sain ymlaen" },
  off: { en: "Sound off", cy: "Sain wedi'i diffodd" },
  blocked: { en: "Allow sound", cy: "Caniatáu sain" },
});

/** Queues. */
export const queueWords = texts({
  heading: { en: "Queues", cy: "Ciwiau" },
  which: { en: "Show", cy: "Dangos" },
  segments: { en: "Segments", cy: "Segmentau" },
  teams: { en: "Teams", cy: "Timau" },
  all: { en: "All", cy: "Pob un" },
  queue: { en: "Queue", cy: "Ciw" },
  waiting: { en: "Waiting", cy: "Yn aros" },
  longest: { en: "Longest wait", cy: "Aros hiraf" },
  available: { en: "Available", cy: "Ar gael" },
  of: { en: "of {number}", cy: "o {number}" },
  level: { en: "Level", cy: "Lefel" },
  serviceLevel: { en: "Service level", cy: "Lefel gwasanaeth" },
  answered: { en: "Answered", cy: "Atebwyd" },
  answeredToday: { en: "Answered today", cy: "Atebwyd heddiw" },
  target: { en: "aim: {percent}% in {seconds} s", cy: "nod: {percent}% mewn {seconds} e" },
  limit: { en: "of {limit}", cy: "o {limit}" },
  callBacks: { en: "{number} of them to be called back", cy: "{number} ohonynt i'w galw'n ôl" },
  none: { en: "none", cy: "dim" },
  percent: { en: "{number}%", cy: "{number}%" },
});

/** What is broken, shown in the row and told once. */
export const breachWords = texts<Schemas["BreachKind"]>({
  waiting: { en: "{value} waiting, limit {limit}", cy: "{value} yn aros, terfyn {limit}" },
  longest_wait: { en: "Waiting over {limit}", cy: "Aros dros {limit}" },
  service_level: { en: "Service level {value}%, limit {limit}%", cy: "Lefel gwasanaeth {value}%, terfyn {limit}%" },
});

/** Agents and their cells. */
export const agentWords = texts({
  heading: { en: "Agents", cy: "Gweithwyr achos" },
  team: { en: "Team", cy: "Tîm" },
  allTeams: { en: "All teams", cy: "Pob tîm" },
  state: { en: "State", cy: "Cyflwr" },
  loggedIn: { en: "Logged in", cy: "Wedi mewngofnodi" },
  allStates: { en: "All states", cy: "Pob cyflwr" },
  order: { en: "Order", cy: "Trefn" },
  byTeam: { en: "By team", cy: "Yn ôl tîm" },
  byState: { en: "By state", cy: "Yn ôl cyflwr" },
  longestFirst: { en: "Longest first", cy: "Hiraf yn gyntaf" },
  byName: { en: "By name", cy: "Yn ôl enw" },
  find: { en: "Find", cy: "Canfod" },
  findHint: { en: "name, number or code", cy: "enw, rhif neu god" },
  nobody: { en: "Nobody matches this choice.", cy: "Nid oes neb yn cyfateb i'r dewis hwn." },
  showAll: { en: "Show everybody", cy: "Dangos pawb" },
  everybody: { en: "Everybody", cy: "Pawb" },
  phoneLost: { en: "phone lost", cy: "ffôn wedi'i golli" },
  pending: { en: "then {state}", cy: "wedyn {state}" },
  cell: { en: "{name}, {staff}, {state}, {time}", cy: "{name}, {staff}, {state}, {time}" },
  help: {
    en: "Arrow keys move, Enter opens what can be done.",
    cy: "Mae'r bysellau saeth yn symud, mae Enter yn agor yr hyn y gellir ei wneud.",
  },
  callFrom: { en: "from …{digits}", cy: "gan …{digits}" },
});

/** What may be done from a cell. */
export const menuWords = texts({
  label: { en: "What can be done", cy: "Yr hyn y gellir ei wneud" },
  available: { en: "Set Available", cy: "Gosod Ar gael" },
  not_ready: { en: "Set Not Ready …", cy: "Gosod Ddim yn barod …" },
  log_out: { en: "Log out", cy: "Allgofnodi" },
  afterCall: { en: "after the call's work", cy: "ar ôl gwaith yr alwad" },
  listen: { en: "Listen", cy: "Gwrando" },
  whisper: { en: "Whisper", cy: "Sibrwd" },
  join: { en: "Join", cy: "Ymuno" },
  take: { en: "Take the call", cy: "Cymryd yr alwad" },
  journey: { en: "See the call's journey", cy: "Gweld taith yr alwad" },
  noCall: { en: "No call.", cy: "Dim galwad." },
  onlyLeaders: { en: "Only team leaders can do more.", cy: "Dim ond arweinwyr tîm all wneud mwy." },
});

/** The leader's own call, from here. */
export const ownCallWords = texts({
  no_answer: { en: "Your phone rang, and was not answered.", cy: "Canodd eich ffôn, ac ni chafodd ei ateb." },
  busy: { en: "Your phone is engaged.", cy: "Mae'ch ffôn yn brysur." },
  rejected: { en: "Your phone refused the call.", cy: "Gwrthododd eich ffôn yr alwad." },
  unreachable: {
    en: "Your phone cannot be reached. Check that it is on and signed in.",
    cy: "Ni ellir cyrraedd eich ffôn. Gwnewch yn siŵr ei fod ymlaen ac wedi'i fewngofnodi.",
  },
  rings: { en: "Your phone rings.", cy: "Mae'ch ffôn yn canu." },
  answer: { en: "Answer", cy: "Ateb" },
  onCallOf: { en: "You are on the call of {name}.", cy: "Rydych ar alwad {name}." },
  ownCall: { en: "You are on a call.", cy: "Rydych ar alwad." },
  leave: { en: "Leave", cy: "Gadael" },
  end: { en: "End the call", cy: "Gorffen yr alwad" },
});

/** The alert key. */
export const alertWords = texts({
  heading: { en: "Alerts", cy: "Rhybuddion" },
  calls: {
    en: "{name} ({staff}, {team}) calls for a team leader",
    cy: "Mae {name} ({staff}, {team}) yn galw am arweinydd tîm",
  },
});

/** The two switches. */
export const switchWords = texts({
  emergency: { en: "Emergency", cy: "Argyfwng" },
  downtime: { en: "Downtime", cy: "Amser segur" },
  isOn: { en: "{name}: on", cy: "{name}: ymlaen" },
  isOff: { en: "{name}: off", cy: "{name}: i ffwrdd" },
  emergencyOn: { en: "Emergency setting is on", cy: "Mae'r gosodiad argyfwng ymlaen" },
  emergencyMeans: { en: "Calls may be transferred cold.", cy: "Gellir trosglwyddo galwadau'n oer." },
  downtimeOn: { en: "Downtime is on", cy: "Mae amser segur ymlaen" },
  downtimeMeans: {
    en: "Callers are asked for their reference once, without a look-up.",
    cy: "Gofynnir i alwyr am eu cyfeirnod unwaith, heb chwilio amdano.",
  },
  since: { en: "Since {time}, {name}.", cy: "Ers {time}, {name}." },
  turnOn: { en: "Turn on", cy: "Troi ymlaen" },
  turnOff: { en: "Turn off", cy: "Diffodd" },
  emergencyWhat: {
    en: "While it is on, agents may transfer calls cold: without speaking to the colleague first.",
    cy: "Tra ei fod ymlaen, gall gweithwyr drosglwyddo galwadau'n oer: heb siarad â'r cydweithiwr yn gyntaf.",
  },
  downtimeWhat: {
    en: "While it is on, the case system is not asked. Callers key their reference once; clients reach GICH, employers the employer segment; agents see what was keyed. Calls that are past the question go on as they are.",
    cy: "Tra ei fod ymlaen, ni ofynnir i'r system achosion. Mae galwyr yn bysellu eu cyfeirnod unwaith; mae cleientiaid yn cyrraedd GICH, cyflogwyr y segment cyflogwyr; mae gweithwyr yn gweld yr hyn a fysellwyd. Mae galwadau sydd wedi mynd heibio'r cwestiwn yn parhau fel y maent.",
  },
  why: { en: "Why", cy: "Pam" },
  whyHint: {
    en: "Kept with the audit. No personal data.",
    cy: "Cedwir gyda'r archwiliad. Dim data personol.",
  },
  askOn: { en: "Turn on: {name}", cy: "Troi ymlaen: {name}" },
  askOff: { en: "Turn off: {name}", cy: "Diffodd: {name}" },
});

/** Today. */
export const todayWords = texts({
  heading: { en: "Today", cy: "Heddiw" },
  chart: { en: "Calls by quarter of an hour", cy: "Galwadau fesul chwarter awr" },
  time: { en: "Time", cy: "Amser" },
  offered: { en: "Offered", cy: "Cynigiwyd" },
  answered: { en: "Answered", cy: "Atebwyd" },
  abandoned: { en: "Abandoned", cy: "Rhoddwyd y gorau" },
  inProgress: { en: "Not answered yet", cy: "Heb eu hateb eto" },
  redirected: { en: "Redirected", cy: "Ailgyfeiriwyd" },
  serviceLevel: { en: "Service level", cy: "Lefel gwasanaeth" },
  answerSpeed: { en: "Average answer", cy: "Ateb cyfartalog" },
  longestWait: { en: "Longest wait", cy: "Aros hiraf" },
  noCalls: { en: "No calls yet today.", cy: "Dim galwadau eto heddiw." },
});

/** What leaders did, in the log line. */
export const deedWords = texts({
  heading: { en: "What team leaders did", cy: "Yr hyn a wnaeth arweinwyr tîm" },
  earlier: { en: "Earlier", cy: "Cynharach" },
  nothing: { en: "Nothing yet since this page was opened.", cy: "Dim eto ers agor y dudalen hon." },
  state_set: { en: "{leader} set {agent} to {state}", cy: "Gosododd {leader} {agent} i {state}" },
  state_asked: {
    en: "{leader} set {agent} to {state} after this call",
    cy: "Gosododd {leader} {agent} i {state} ar ôl yr alwad hon",
  },
  logged_out: { en: "{leader} logged {agent} out", cy: "Allgofnododd {leader} {agent}" },
  logged_out_asked: {
    en: "{leader} logs {agent} out after this call",
    cy: "Bydd {leader} yn allgofnodi {agent} ar ôl yr alwad hon",
  },
  listened: { en: "{leader} listens to {agent}", cy: "Mae {leader} yn gwrando ar {agent}" },
  whispered: { en: "{leader} whispers to {agent}", cy: "Mae {leader} yn sibrwd wrth {agent}" },
  joined: { en: "{leader} has joined {agent}", cy: "Mae {leader} wedi ymuno â {agent}" },
  call_taken: { en: "{leader} has taken the call of {agent}", cy: "Mae {leader} wedi cymryd galwad {agent}" },
  other: { en: "{leader}: {what}, {agent}", cy: "{leader}: {what}, {agent}" },
});
