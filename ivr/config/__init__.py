"""What operations write in ``dialplan/``: read, checked whole, and given as frozen values."""

from ivr.config.dialplan import FILES, LONDON, PROJECT, Dialplan, folder, load
from ivr.config.mistakes import nearest
from ivr.config.on_record import OnRecord, not_on_record
from ivr.config.shapes import HoursEntry

__all__ = [
    "FILES",
    "LONDON",
    "PROJECT",
    "Dialplan",
    "HoursEntry",
    "OnRecord",
    "folder",
    "load",
    "nearest",
    "not_on_record",
]
