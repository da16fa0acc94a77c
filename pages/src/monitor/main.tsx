import "../style/shared.scss";
import { open } from "../parts/Page";

open(() => <main id="main" />);
