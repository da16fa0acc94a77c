"""Which phones can be reached, from what Asterisk says of their contacts."""

from __future__ import annotations

from ivr.pbx.ami import AmiLogin, Phones


def watched() -> tuple[Phones, list[tuple[str, bool]]]:
    told: list[tuple[str, bool]] = []
    return Phones(lambda endpoint, reachable: told.append((endpoint, reachable))), told


def test_a_phone_is_told_when_it_comes_and_when_it_is_lost() -> None:
    """R-STATE-8: once each, not with every status Asterisk repeats."""
    phones, told = watched()
    for status in ("NonQualified", "Reachable", "Reachable", "Unreachable", "Removed"):
        phones.changed("7001", "sip:7001@127.0.0.1:5071", status)
    assert told == [("7001", True), ("7001", False)]


def test_a_phone_that_registers_from_another_address_was_never_away() -> None:
    """R-STATE-8: the old contact is removed after the new one is there; the agent stays Available."""
    phones, told = watched()
    phones.changed("7001", "sip:7001@127.0.0.1:5071", "Reachable")
    phones.changed("7001", "sip:7001@127.0.0.1:5072", "NonQualified")
    phones.changed("7001", "sip:7001@127.0.0.1:5071", "Removed")
    assert phones.is_reachable("7001")
    assert told == [("7001", True)]


def test_a_phone_that_is_restarted_is_told_to_be_elsewhere() -> None:
    """R-STATE-8: whatever order the contacts come and go in; not when one only registers again where it is."""
    moved: list[str] = []
    phones = Phones(lambda _endpoint, _reachable: None, moved.append)
    for status in ("Created", "Reachable", "Updated", "Unreachable", "Reachable"):
        phones.changed("7001", "sip:7001@127.0.0.1:5071", status)
    phones.listed({"7001": {"sip:7001@127.0.0.1:5071": True}})
    assert moved == []
    phones.changed("7001", "sip:7001@127.0.0.1:5072", "Created")
    phones.changed("7001", "sip:7001@127.0.0.1:5071", "Removed")
    phones.changed("7001", "sip:7001@127.0.0.1:5072", "Reachable")
    assert moved == ["7001"]
    phones.changed("7001", "sip:7001@127.0.0.1:5072", "Removed")
    phones.changed("7001", "sip:7001@127.0.0.1:5073", "Created")
    assert moved == ["7001", "7001"]
    phones.listed({"7001": {"sip:7001@127.0.0.1:5074": True}})
    assert moved == ["7001", "7001", "7001"]


def test_a_listing_after_a_lost_connection_tells_what_was_missed() -> None:
    """R-STATE-8: who is not listed any more cannot be rung."""
    phones, told = watched()
    phones.listed({"7001": {"sip:a": True}, "7002": {"sip:b": False}})
    phones.listed({"7002": {"sip:b": True}})
    assert told == [("7001", True), ("7001", False), ("7002", True)]
    assert not phones.is_reachable("7003")


def test_the_password_is_not_shown() -> None:
    assert "hidden" not in repr(AmiLogin("127.0.0.1", 1, "ivr", "hidden"))
