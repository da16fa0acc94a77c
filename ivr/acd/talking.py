"""A talk with all its parts, as every kind of call begins one."""

from __future__ import annotations

from ivr.acd.consultation import Consultation
from ivr.acd.interpreter import Interpreting
from ivr.acd.listening import Listening
from ivr.acd.own_verbs import OwnVerbs
from ivr.acd.phone_transfer import PhoneTransfer
from ivr.acd.recording import Recording
from ivr.acd.room import Room
from ivr.acd.talk import Talk


def new_talk(room: Room) -> Talk:
    """The talk in ``room``; each wish goes to the first part whose business it is."""
    consultation = Consultation(room)
    parts = (
        Recording(room),
        PhoneTransfer(room, consultation),
        consultation,
        Listening(room),
        Interpreting(room),
        OwnVerbs(room),
    )
    return Talk(room, parts)
