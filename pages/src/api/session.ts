import { signal } from "@preact/signals";
import { ask, Refused, type Schemas } from "./client";
import { connect, disconnect } from "./live";

/** Set while somebody may be logged in here: a page need not ask, and be refused, to know that nobody is. */
const KEPT_AS = "helpline.session";

/** Who sits here: `unknown` until the service has said, null for nobody. */
export const whoami = signal<Schemas["Me"] | null | "unknown">("unknown");

/** Ask who the browser's cookie stands for, and connect if it is somebody. Throws Unreachable. */
export async function resume(): Promise<void> {
  if (localStorage.getItem(KEPT_AS) === null) {
    whoami.value = null;
    return;
  }
  try {
    whoami.value = await ask("get", "/api/agents/me");
    connect();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    localStorage.removeItem(KEPT_AS);
    whoami.value = null;
  }
}

/** Log in; the token stays in a cookie that no script can read. Throws Refused or Unreachable. */
export async function logIn(
  body: Pick<Schemas["Credentials"], "staff_number" | "password"> & Partial<Schemas["Credentials"]>,
): Promise<void> {
  const session = await ask("post", "/api/sessions", { body: { phone: null, ...body, cookie: true } });
  localStorage.setItem(KEPT_AS, "yes");
  whoami.value = session.agent;
  connect();
}

/** Log out: at once, or, during a call, when its After Call Work ends. Throws Refused or Unreachable. */
export async function logOut(): Promise<void> {
  await ask("delete", "/api/sessions/current");
  localStorage.removeItem(KEPT_AS);
  disconnect();
  whoami.value = null;
}
