"""What a page's phone hears and sends, measured in the page: packets, and how much of the sound is one tone."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from playwright.async_api import BrowserContext, Page

from tests.patience import patiently

LIMIT_S: Final = 15.0
POLL_S: Final = 0.1
SHARE: Final = 0.3
"""Of what is heard, for a tone to be there: of silence and of other sounds its band has a hundredth."""

_LISTEN: Final = """
(() => {
  const made = [];
  const Plain = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(...rest) { super(...rest); made.push(this); }
  };
  const ears = new WeakMap();
  const earOf = connection => {
    const track = connection.getReceivers().map(one => one.track).find(one => one && one.kind === "audio");
    if (!track) return null;
    if (!ears.has(track)) {
      const context = new AudioContext();
      const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      ears.set(track, { context, analyser });
    }
    return ears.get(track);
  };
  window.helplineEar = async hertz => {
    const connection = made.filter(one => one.connectionState === "connected").at(-1);
    if (!connection) return null;
    const found = { received: 0, sent: 0, energy: 0, share: 0 };
    for (const one of (await connection.getStats()).values()) {
      if (one.type === "inbound-rtp") { found.received += one.packetsReceived; found.energy += one.totalAudioEnergy; }
      if (one.type === "outbound-rtp") found.sent += one.packetsSent;
    }
    const ear = earOf(connection);
    if (ear) {
      const bins = new Float32Array(ear.analyser.frequencyBinCount);
      ear.analyser.getFloatFrequencyData(bins);
      const power = Array.from(bins, one => 10 ** (one / 10));
      const width = ear.context.sampleRate / ear.analyser.fftSize;
      const all = power.reduce((sum, one) => sum + one, 0);
      const near = power.filter((_, at) => Math.abs(at * width - hertz) < 40).reduce((sum, one) => sum + one, 0);
      found.share = all > 1e-9 ? near / all : 0;
    }
    return found;
  };
})();
"""


async def listen(context: BrowserContext) -> None:
    """Have every page of this browser, opened from now on, tell what its phone hears."""
    await context.add_init_script(_LISTEN)


async def hears_tone(page: Page, hertz: int) -> dict[str, float]:
    """Wait until the page's phone hears a tone of ``hertz``: what was measured then."""
    found = None
    deadline = time.monotonic() + patiently(LIMIT_S)
    while time.monotonic() < deadline:
        found = await page.evaluate("hertz => window.helplineEar(hertz)", hertz)
        if found is not None and found["share"] >= SHARE and found["received"] > 0 and found["sent"] > 0:
            return dict(found)
        await asyncio.sleep(POLL_S)
    raise AssertionError(f"{hertz} Hz was not heard in the page: {found}")
