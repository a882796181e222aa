"""A headless Chromium from the system's packages, spoken to through a pipe: no port, no network, no driver."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SECONDS = 120
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--disable-sync", "--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip

#: The browser reads commands at descriptor 3 and answers at 4.
_LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for place, end in zip((3, 4), ends):
    os.dup2(end, place)
    os.close(end)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find() -> str | None:
    """The browser's program, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Chromium:
    """``with Chromium(program, profile) as browser`` – ``profile`` is an empty folder of its own."""

    def __init__(self, program: str, profile: Path) -> None:
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, str(to_read), str(to_write), program, *_FLAGS, f"--user-data-dir={profile}",
             "about:blank"],
            pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        self._number, self._buffer = 0, b""
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come before are kept."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def wait_for(self, event: str, session: str) -> None:
        """Wait until an event has come."""
        while not any(e.get("method") == event and e.get("sessionId") == session for e in self.events):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + _SECONDS
        while b"\0" not in self._buffer:
            if not select.select([self._from], [], [], max(end - time.monotonic(), 0))[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self._from, 1 << 20)
            if not data:
                raise RuntimeError("the browser has ended")
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def open(self, path: Path) -> Page:
        """A page from a file, loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.events.clear()
        for domain in ("Page", "Network", "Runtime", "Log", "Security"):
            self.call(f"{domain}.enable", session)
        self.call("Page.navigate", session, url=path.resolve().as_uri())
        self.wait_for("Page.loadEventFired", session)
        return Page(self, session, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.call("Browser.close")
        except (OSError, RuntimeError):
            self._process.kill()
        finally:
            os.close(self._to)
            os.close(self._from)
            self._process.wait(30)


class Page:
    """One loaded page."""

    def __init__(self, browser: Chromium, session: str, path: Path) -> None:
        self._browser, self._session, self._path = browser, session, path

    def run(self, expression: str) -> Any:
        """The value of an expression in the page."""
        answer = self._browser.call("Runtime.evaluate", self._session, expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def show(self, width: int, height: int, media: str) -> None:
        """Lay the page out for a medium in a window of this size (CSS pixels)."""
        self._browser.call("Emulation.setEmulatedMedia", self._session, media=media)
        self._browser.call("Emulation.setDeviceMetricsOverride", self._session, width=width, height=height,
                           deviceScaleFactor=1, mobile=False)  # fmt: skip

    def overflow(self) -> list[str]:
        """What reaches beyond the right edge of the window, unless it scrolls inside a box of its own."""
        found: list[str] = self.run(_OVERFLOW)
        return found

    def pdf(self) -> bytes:
        """The page as it prints, on the paper that it asks for."""
        answer = self._browser.call("Page.printToPDF", self._session, preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(answer["data"])

    def requests(self) -> list[str]:
        """Everything that the page asked for beside itself."""
        own = self._path.resolve().as_uri()
        sent = [e["params"]["request"]["url"] for e in self._own("Network.requestWillBeSent")]
        return [url for url in sent if url != own]

    def complaints(self) -> list[str]:
        """Errors and words on the console."""
        thrown = [str(e["params"]) for name in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
                  for e in self._own(name)]  # fmt: skip
        return thrown

    def _own(self, method: str) -> list[dict[str, Any]]:
        self.run("1")  # events sent before this answer have come
        return [e for e in self._browser.events if e.get("method") == method and e.get("sessionId") == self._session]


_OVERFLOW = """
(() => {
  const edge = document.documentElement.clientWidth + 1;
  const scrolls = e => e && (getComputedStyle(e).overflowX === 'auto' || scrolls(e.parentElement));
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > edge && !scrolls(e))
    .map(e => `${e.tagName}.${e.getAttribute('class')} ${Math.round(e.getBoundingClientRect().right)}: `
              + e.textContent.trim().slice(0, 60));
})()
"""
