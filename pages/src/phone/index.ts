/**
 * The browser's own phone. A page starts it once somebody has logged in with `phone: "browser"`, mounts `PhoneMark` in
 * its toolbar and `PhoneSettings` where it likes, and asks `answer()` and `hangUp()`. Everything else a call needs
 * (hold, mute, transfer) is asked of the service, as with any phone.
 */

export { PhoneChoice, phoneChosen } from "./PhoneChoice";
export { PhoneMark } from "./PhoneMark";
export { PhoneSettings } from "./PhoneSettings";
export {
  answer,
  canTakeOver,
  hangUp,
  level,
  type PhoneState,
  phoneState,
  press,
  type Quality,
  quality,
  startPhone,
  stopPhone,
  takeOver,
  trouble,
} from "./phone";
