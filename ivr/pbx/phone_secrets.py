"""Secrets of browsers' phones: told to Asterisk over ARI and kept in its memory alone.

No file holds one and no reload is needed, so no call is disturbed. They end with Asterisk: the page then asks for a new
one. Source: ARI PUT /asterisk/config/dynamic/res_pjsip/auth/{id}; ``asterisk-conf/sorcery.conf``.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from ivr.domain.phones import SIP_REALM, sip_ha1
from ivr.errors import NotFound
from ivr.pbx.ari_rest import AriRest
from ivr.pbx.conf import new_secret

_AUTH: Final = "asterisk/config/dynamic/res_pjsip/auth/"


class PhoneSecrets:
    """Gives and takes them."""

    def __init__(self, rest: AriRest) -> None:
        """``rest``: of the Asterisk that the phones register with."""
        self._rest = rest

    async def give(self, account: str) -> str:
        """A new secret for ``account``; the one before is worth nothing from now on. Raises PbxError."""
        secret = new_secret()
        values = {
            "auth_type": "digest",
            "username": account,
            "realm": SIP_REALM,
            "password_digest": f"MD5:{sip_ha1(account, secret)}",
        }
        fields = [{"attribute": name, "value": value} for name, value in values.items()]
        await self._rest.put(_AUTH + account, body={"fields": fields})
        return secret

    async def take(self, account: str) -> None:
        """Nobody registers as ``account`` any more. One that has no secret is fine. Raises PbxError."""
        with suppress(NotFound):
            await self._rest.delete(_AUTH + account)
