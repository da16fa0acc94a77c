import "../style/shared.scss";
import "./monitor.scss";
import "./wall.scss";
import { open } from "../parts/Page";
import { Monitor } from "./Monitor";

open(() => <Monitor />);
