import "../style/shared.scss";
import "./style/desk.scss";
import { LogIn } from "../parts/LogIn";
import { open } from "../parts/Page";
import { PhoneChoice, phoneChosen } from "../phone";
import { Desk } from "./Desk";
import { follow } from "./state";

// before anything is drawn: the first message must not be missed
follow();
open(
  () => <Desk />,
  () => <LogIn more={<PhoneChoice />} extra={() => ({ phone: phoneChosen() })} />,
);
