import { type ComponentChildren, render } from "preact";
import { connection } from "../api/live";
import { resume, whoami } from "../api/session";
import { shared } from "../words/shared";
import { say } from "../words/words";
import { LogIn } from "./LogIn";

const RETRY_MS = 2_000;

/** Put a page up: the log-in until somebody has logged in, then what is in it, with a banner while the service is away. */
export function open(inside: () => ComponentChildren, logInForm: () => ComponentChildren = () => <LogIn />): void {
  const place = document.getElementById("page");
  if (place === null) throw new Error("the page has no place for itself");
  render(<Page inside={inside} logInForm={logInForm} />, place);
  begin();
}

function begin(): void {
  resume().catch(() => {
    connection.value = "lost";
    setTimeout(begin, RETRY_MS);
  });
}

function Page({ inside, logInForm }: { inside: () => ComponentChildren; logInForm: () => ComponentChildren }) {
  const nobody = whoami.value === null || connection.value === "over";
  return (
    <>
      <ConnectionBanner />
      {whoami.value === "unknown" ? (
        <p class="connecting">{say(shared.connecting)}</p>
      ) : nobody ? (
        logInForm()
      ) : (
        inside()
      )}
    </>
  );
}

function ConnectionBanner() {
  return (
    <div class="connection" role="alert" aria-live="assertive">
      {connection.value === "lost" && <p class="connection__lost">{say(shared.connectionLost)}</p>}
    </div>
  );
}
