"""A transfer that a phone asks for: one REFER of a call, and what it was told of how it goes on.

Pure. Source: RFC 3515 (REFER, and its progress as ``message/sipfrag`` in NOTIFYs), RFC 3891 (Replaces), RFC 3892
(Referred-By), RFC 4488 (Refer-Sub).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from ivr.softphone.dialog import Dialog
from ivr.softphone.sip_message import Fields, Request, tag_of, uri_in

_STATUS_LINE = re.compile(rb"^SIP/2\.0 (\d{3})")
_ID = re.compile(r";\s*id=(\d+)")


@dataclass(frozen=True, slots=True)
class Progress:
    """One NOTIFY: the SIP status of the call that the REFER led to, and whether more will come."""

    status: int
    is_last: bool


@dataclass(slots=True)
class Referral:
    """What became of one REFER. ``status``: of the REFER itself, 0 until it is answered."""

    to: str
    number: int
    """The REFER's CSeq, by which a dialog's second transfer is told from its first."""
    status: int = 0
    told: list[Progress] = field(default_factory=list)

    @property
    def is_accepted(self) -> bool:
        """Whether somebody tries it."""
        return 200 <= self.status < 300

    @property
    def outcome(self) -> int:
        """The status it ended with; 0 while nobody has said."""
        return next((progress.status for progress in self.told if progress.status >= 200), 0)

    @property
    def is_over(self) -> bool:
        """Refused, or ended either way."""
        return bool(self.outcome) or self.status >= 300

    def take(self, notify: Request) -> bool:
        """One NOTIFY of it; False: its body is no status line."""
        found = _STATUS_LINE.match(notify.body)
        if found is None:
            return False
        state = notify.headers.get("subscription-state") or ""
        self.told.append(Progress(int(found[1]), state.strip().lower().startswith("terminated")))
        return True


def refer_to(uri: str, replaced: Dialog | None = None) -> str:
    """The value of Refer-To. ``replaced``: the transferring phone's own dialog with the person at ``uri``."""
    if replaced is None:
        return f"<{uri}>"
    theirs, ours = tag_of(replaced.remote) or "", tag_of(replaced.local) or ""
    replaces = f"{replaced.call_id};to-tag={theirs};from-tag={ours}"
    return f"<{uri}?Replaces={quote(replaces, safe='')}>"


def refer_fields(to: str, dialog: Dialog, more: Fields = ()) -> Fields:
    """The headers of a REFER beside those of its dialog."""
    return (("Refer-To", to), ("Referred-By", f"<{uri_in(dialog.local)}>"), *more)


def told_of(notify: Request, referrals: list[Referral]) -> Referral | None:
    """Which REFER a NOTIFY is about: the one it numbers, else the latest (RFC 3515 §2.4.6)."""
    found = _ID.search(notify.headers.get("event") or "")
    if found is None:
        return referrals[-1] if referrals else None
    return next((referral for referral in referrals if referral.number == int(found[1])), None)
