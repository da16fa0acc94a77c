const LONDON = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** The instant of `2026-11-24T18:00` on London's clock, whatever this machine's clock is set to. */
export function londonInstant(written: string): string {
  const asUtc = Date.parse(`${written}:00Z`);
  return new Date(asUtc - aheadMs(asUtc)).toISOString();
}

/** How far London's clock is ahead of UTC at an instant, milliseconds. */
function aheadMs(instant: number): number {
  const part = Object.fromEntries(LONDON.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(instant / 60_000) * 60_000;
}
