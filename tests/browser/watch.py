"""What must not happen in a page while a test works it: an error, or a word with another address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Page, Request

REFUSED: Final = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
"""The browser notes every refusal; one of the API is an answer like another, and the page says it in words."""
AWAY: Final = re.compile(r"ERR_CONNECTION_(REFUSED|RESET)|WebSocket connection to .* failed|status of 50[234]")
"""What the browser notes while the service is away."""


@dataclass
class Watch:
    """Listens to every page of one person's browser; `complaints` is empty if all is well."""

    base_url: str
    may_be_away: bool = False
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Listen from now on to every page there is or will be."""
        context.on("request", self._request)
        context.on("page", self._page)

    def _page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("websocket", lambda socket: self._address(socket.url))

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _address(self, url: str) -> None:
        self.asked.append(url)
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != urlsplit(self.base_url).netloc:
            self.complaints.append(f"another address was asked: {url}")

    def _error(self, error: Error) -> None:
        self.complaints.append(f"an error nobody caught: {error.message}\n{error.stack or ''}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not self._is_expected(message):
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _is_expected(self, message: ConsoleMessage) -> bool:
        of_api = urlsplit(message.location.get("url", "")).path.startswith("/api/")
        return bool(
            (REFUSED.search(message.text) and of_api) or (self.may_be_away and AWAY.search(message.text)),
        )
