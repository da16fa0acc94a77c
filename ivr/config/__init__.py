"""What operations write in ``dialplan/``: read, checked whole, and given as frozen values."""

from ivr.config.configuration import Configuration, from_content, from_files, read_content, unspoken
from ivr.config.dialplan import FILES, LONDON, PROJECT, Dialplan, folder, load, parse, prompts_folder
from ivr.config.in_use import InUse, Standing, conflicts, still_in_use
from ivr.config.mistakes import nearest
from ivr.config.on_record import OnRecord, not_on_record
from ivr.config.shapes import HoursEntry

__all__ = [
    "FILES",
    "LONDON",
    "PROJECT",
    "Configuration",
    "Dialplan",
    "HoursEntry",
    "InUse",
    "OnRecord",
    "Standing",
    "conflicts",
    "folder",
    "from_content",
    "from_files",
    "load",
    "nearest",
    "not_on_record",
    "parse",
    "prompts_folder",
    "read_content",
    "still_in_use",
    "unspoken",
]
