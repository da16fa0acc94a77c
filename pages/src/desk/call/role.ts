import { type MyCall, me } from "../state";

/** What a team leader is to somebody else's talk. */
export type OverseeingRole = "listening" | "whispering" | "joined";

const ROLES: readonly string[] = ["listening", "whispering", "joined"] satisfies OverseeingRole[];

/** One's own role in a colleague's talk, as a leader who oversees it; null in a talk of one's own. */
export function ownRole(now: MyCall): OverseeingRole | null {
  const mine = now.parties.find((party) => party.staff_number === me.value?.staff_number && ROLES.includes(party.role));
  return mine === undefined ? null : (mine.role as OverseeingRole);
}
