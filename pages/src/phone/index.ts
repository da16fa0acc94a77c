/**
 * The browser's own phone. A page starts it once somebody has logged in whose `phone` is the browser's, mounts
 * `PhoneMark` in its toolbar and `PhoneSettings` where it likes, and asks `answer()` and `hangUp()`. Everything else a
 * call needs (hold, mute, transfer) is asked of the service, as with any phone.
 */

export { answer, hangUp, press } from "./calls";
export { PhoneChoice, phoneChosen } from "./PhoneChoice";
export { PhoneMark, PhoneTrouble } from "./PhoneMark";
export { PhoneSettings } from "./PhoneSettings";
export { startPhone, stopPhone, takeOver } from "./phone";
export { canTakeOver, level, type PhoneState, phoneState, type Quality, quality, trouble } from "./state";
