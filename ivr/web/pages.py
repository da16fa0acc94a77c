"""The pages, as `tools/pages.py` built them: HTML at the addresses people type, assets beside it.

Assets are named by their content and may be kept for ever; the HTML names them and is asked for each time.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import web

PAGES: Final = {"/": "desk.html", "/monitor": "monitor.html", "/calls/{call_id}": "call.html"}
ASSETS: Final = "/assets/{name:[A-Za-z0-9_.-]+}"
_NOT_BUILT: Final = "The pages are not built here. Build and start: make run\n"
_SAFE: Final = {
    # nothing from elsewhere, ever; styles may be set by scripts (charts), scripts only come as files
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "media-src 'self' blob: mediastream:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
}


def add_pages(app: web.Application, folder: Path) -> None:
    """Serve the pages in ``folder``. It may be filled anew while the service runs."""
    for address, name in PAGES.items():
        app.router.add_get(address, partial(_page, folder / name))
    app.router.add_get(ASSETS, partial(_asset, folder / "assets"))


async def _page(file: Path, _request: web.Request) -> web.StreamResponse:
    if not await asyncio.to_thread(file.is_file):
        return web.Response(status=503, text=_NOT_BUILT)
    return web.FileResponse(file, headers={**_SAFE, "Cache-Control": "no-cache"})


async def _asset(folder: Path, request: web.Request) -> web.StreamResponse:
    file = folder / request.match_info["name"]
    if file.name in {".", ".."} or not await asyncio.to_thread(file.is_file):
        return web.Response(status=404, text="There is no such file.\n")
    return web.FileResponse(file, headers={**_SAFE, "Cache-Control": "public, max-age=31536000, immutable"})
