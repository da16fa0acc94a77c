"""Write the service's OpenAPI document: ``python -m tools.openapi FILE``, in the project's environment."""

from __future__ import annotations

import sys
from pathlib import Path

from ivr.web.api import OPERATIONS
from ivr.web.openapi import document

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(OPERATIONS), encoding="utf-8")
