import { C, UA, WebSocketInterface } from "jssip";
import type { Schemas } from "../api/client";
import { arrived, tellWhere } from "./calls";
import { calls, line } from "./state";

/** The service's words for the end of a connection (`/phone`). */
const SESSION_OVER = 4401;
const NOT_YOURS = 4403;
const ELSEWHERE = 4409;

const REGISTER_S = 60;
const SHORTEST_WAIT_S = 1;
const LONGEST_WAIT_S = 4;

/** Why a line ended for good: the secret is not known any more, another page has the phone, the session is over. */
export type LineEnd = "refused" | "elsewhere" | "over";

/** Be reachable with this secret, through every break, until one of the ends; then `ended` is told, once. */
export function openLine(secret: Schemas["PhoneSecret"], ended: (why: LineEnd) => void): () => void {
  const address = `${location.origin.replace(/^http/, "ws")}/phone?sign_in=${secret.sign_in}`;
  const agent = new UA({
    sockets: new WebSocketInterface(address),
    uri: secret.uri,
    authorization_user: secret.account,
    password: secret.secret,
    realm: secret.realm,
    register_expires: REGISTER_S,
    connection_recovery_min_interval: SHORTEST_WAIT_S,
    connection_recovery_max_interval: LONGEST_WAIT_S,
    user_agent: "helpline desk",
  });
  const close = () => {
    agent.removeAllListeners();
    agent.stop();
  };
  const end = (why: LineEnd) => {
    close();
    ended(why);
  };
  agent.on("registered", () => {
    const wasLost = line.value === "lost";
    line.value = "registered";
    if (wasLost) tellWhere();
  });
  agent.on("disconnected", ({ code }) => {
    if (code === ELSEWHERE) end("elsewhere");
    else if (code === SESSION_OVER) end("over");
    else if (code === NOT_YOURS) end("refused");
    else if (line.value !== "connecting" || calls.value !== "none") line.value = "lost";
  });
  agent.on("registrationFailed", ({ response, cause }) => {
    // an Asterisk that was started anew knows no secret of ours, and answers 500; without an answer it was the connection
    if (response === null && cause === C.causes.CONNECTION_ERROR) line.value = "lost";
    else end("refused");
  });
  agent.on("newRTCSession", arrived);
  agent.start();
  return close;
}
