import { signal } from "@preact/signals";

/** What a device is for: the microphone, where the caller is heard, where it rings. */
export type Use = "microphone" | "headset" | "ringer";

const KIND = { microphone: "audioinput", headset: "audiooutput", ringer: "audiooutput" } as const;
const KEPT_AS = "helpline.phone.";

/** Every sound device of this machine; without names until the microphone was allowed once. */
export const devices = signal<readonly MediaDeviceInfo[]>([]);

/** The ids chosen here before; "" is the machine's usual one. */
export const chosen = {
  microphone: signal(kept("microphone")),
  headset: signal(kept("headset")),
  ringer: signal(kept("ringer")),
};

/** The devices that could be used so; the machine's usual one is not among them. */
export function devicesFor(use: Use): readonly MediaDeviceInfo[] {
  return devices.value.filter((one) => one.kind === KIND[use] && one.deviceId !== "" && one.deviceId !== "default");
}

/** Use another from now on, in a talk that is up too; the browser keeps the choice. */
export function choose(use: Use, deviceId: string): void {
  chosen[use].value = deviceId;
  localStorage.setItem(KEPT_AS + use, deviceId);
}

/** The chosen device, if it is there; "" otherwise. */
export function deviceFor(use: Use): string {
  const wanted = chosen[use].value;
  return devicesFor(use).some((one) => one.deviceId === wanted) ? wanted : "";
}

/** Look which devices there are, now and whenever one comes or goes. Returns how to stop. */
export function watchDevices(changed: () => void): () => void {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (media === undefined) return () => undefined;
  const look = async () => {
    devices.value = await media.enumerateDevices().catch(() => []);
    changed();
  };
  void look();
  media.addEventListener("devicechange", look);
  return () => media.removeEventListener("devicechange", look);
}

function kept(use: Use): string {
  return localStorage.getItem(KEPT_AS + use) ?? "";
}
