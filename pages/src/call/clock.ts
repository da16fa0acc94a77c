/** Where the helpline is, wherever its pages are read. */
const PLACE = { timeZone: "Europe/London", hour12: false } as const;
const TIME = new Intl.DateTimeFormat("en-GB", { ...PLACE, timeStyle: "medium" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { ...PLACE, dateStyle: "short", timeStyle: "medium" });

/** The time of day. */
export function time(at: string): string {
  return TIME.format(new Date(at));
}

/** Date and time of day. */
export function moment(at: string): string {
  return MOMENT.format(new Date(at));
}
