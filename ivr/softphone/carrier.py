"""A carrier's switch: no account, no registration; it calls from an address of its own, and answers there.

What tells it apart is that address: 127.0.0.2 to 127.255.255.254 are this machine's too, and not where phones are.
"""

from __future__ import annotations

from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.media import MediaOptions

FIRST_CARRIER = "127.0.0.2"


class Carrier(AgentPhone):
    """Brings calls in, and takes those that are sent out.

    ::

        async with Carrier("127.0.0.2", scripts=(Script.answer(),)) as carrier:
            call = await carrier.call("sip:+443069990100@127.0.0.1:5060", cli="+447700900123")
            outside = await carrier.rung(5)
    """

    def __init__(
        self,
        local: str = FIRST_CARRIER,
        port: int = 0,
        *,
        scripts: tuple[Script, ...] = (Script(),),
        media: MediaOptions | None = None,
    ) -> None:
        """``local``, ``port``: where it calls from and answers (0: a free port); ``scripts``: as of any phone."""
        super().__init__("carrier", scripts=scripts, local=local, port=port, media=media)
        self._credentials = None
