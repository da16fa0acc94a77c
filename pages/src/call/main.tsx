import "../style/shared.scss";
import "./call.scss";
import { open } from "../parts/Page";
import { CallView } from "./CallView";

open(() => <CallView />);
