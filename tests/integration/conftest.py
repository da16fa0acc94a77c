"""Whoever waits for a phone here waits patiently."""

from __future__ import annotations

from tests.patience import patient_softphones

__all__ = ["patient_softphones"]
