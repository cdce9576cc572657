"""A headless Chromium for tests and for pictures in pages, spoken to over two pipes in the DevTools protocol.

Nothing but the browser is needed. A page is opened from a file; everything the browser logs, asks the network for or runs can be
looked at afterwards.

    with Browser() as browser:
        page = browser.open(Path("report.html"))
        page.evaluate("document.title")
        page.log, page.requests
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome")


class Page:
    """One opened page; `log` has all console lines, warnings and violations, `requests` all addresses asked for."""

    def __init__(self, browser: "Browser", session: str) -> None:
        self.browser, self.session = browser, session
        self.log: list[str] = []
        self.requests: list[str] = []
        self.loaded = False

    def call(self, method: str, **parameters) -> dict:
        return self.browser.call(method, self.session, **parameters)

    def evaluate(self, expression: str):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "exception"))
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def screenshot(self, width: int, height: int | None = None, scale: float = 1, dark: bool = False) -> bytes:
        """A PNG file of the window, of the whole page when no height is given."""
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[theme])
        size = {"width": width, "deviceScaleFactor": scale, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", height=height or 800, **size)
        if height is None:
            whole = self.evaluate("document.documentElement.scrollHeight")
            self.call("Emulation.setDeviceMetricsOverride", height=whole, **size)
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def pdf(self) -> bytes:
        return base64.b64decode(
            self.call("Page.printToPDF", printBackground=True, paperWidth=8.27, paperHeight=11.7)["data"]
        )

    def heard(self, method: str, parameters: dict) -> None:
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Runtime.consoleAPICalled":
            self.log.append(f"console: {[value.get('value') for value in parameters['args']]}")
        elif method == "Runtime.exceptionThrown":
            self.log.append(f"exception: {parameters['exceptionDetails']['text']}")
        elif method == "Log.entryAdded":
            self.log.append(f"{parameters['entry']['level']}: {parameters['entry']['text']}")


class Browser:
    def __init__(self) -> None:
        self.profile = tempfile.mkdtemp(prefix="dlas-browser-")
        to_browser, self.sending = os.pipe()
        self.receiving, from_browser = os.pipe()
        command = [str(PROGRAM), "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.profile}"]
        command += [
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
        ]
        command += ["--force-color-profile=srgb", "--font-render-hinting=none"]
        # The browser reads what we say from descriptor 3 and answers on 4.
        shell = ["bash", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "browser", *command]
        self.process = subprocess.Popen(
            shell, pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.count = 0
        self.pages: dict[str, Page] = {}

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_) -> None:
        os.close(self.sending)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.receiving)
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self) -> dict:
        while b"\0" not in self.buffer:
            piece = os.read(self.receiving, 1 << 20)
            if not piece:
                raise RuntimeError("the browser ended")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(line)
        page = self.pages.get(message.get("sessionId"))
        if page and "method" in message:
            page.heard(message["method"], message["params"])
        return message

    def call(self, method: str, session: str | None = None, **parameters) -> dict:
        self.count += 1
        number = self.count
        request = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self.sending, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def open(self, file: Path, scripts: bool = True) -> Page:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self.pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        if not scripts:
            page.call("Emulation.setScriptExecutionDisabled", value=True)
        page.call("Page.navigate", url=file.resolve().as_uri())
        while not page.loaded:
            self.message()
        return page
