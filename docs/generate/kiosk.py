"""Draw docs/_static/kiosk.png: ``python docs/generate/kiosk.py``.

The terminal's page as Chromium shows it, with the outline of a synthetic hand.
"""

import os
import shutil
import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import sync_playwright

from thenar.capture import look
from thenar.device import words
from thenar.device.attendant import Attendant
from thenar.device.display import Shown, Stage
from thenar.device.kiosk import Kiosk
from thenar.device.program import actions
from thenar.device.settings import DeviceSettings
from thenar.device.terminal import Terminal
from thenar.records import Hand, Prompt
from thenar.synthetic import Person, render

FILE = Path(__file__).parents[1] / "_static" / "kiosk.png"
SIDE = 640


def outline() -> tuple[tuple[tuple[float, float], ...], float]:
    """Corners of a hand's silhouette in shares of the picture, and the picture's aspect."""
    frames = render(Person(3).palm(Hand.RIGHT), 1)
    height, width = frames.primary.pixels.shape[:2]
    found = look(frames).outline
    corners = found[:: len(found) // 160 + 1].tolist()
    return tuple((x / width, y / height) for x, y in corners), width / height


def screens() -> list[Shown]:
    """A payment in three pictures."""
    hand, aspect = outline()
    far = tuple((0.5 + 0.6 * (x - 0.5), 0.5 + 0.6 * (y - 0.5)) for x, y in hand)
    title = "Pay EUR 12.40"
    return [
        Shown(
            *(Stage.PALM, title, words.PROMPTS[Prompt.CLOSER]),
            prompt=Prompt.CLOSER,
            outline=far,
            aspect=aspect,
        ),
        Shown(
            *(Stage.PALM, title, words.PROMPTS[Prompt.HOLD_STILL]),
            progress=0.6,
            outline=hand,
            aspect=aspect,
        ),
        Shown(Stage.ACCEPTED, "Paid EUR 12.40", "visa •••• 4242"),
    ]


def main() -> None:
    """Photograph each screen, and put them side by side."""
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    nothing = Terminal(source=None, cloud=None, checks=(), state=Path(tempfile.gettempdir()))
    with (
        Attendant(nothing, actions(DeviceSettings())) as attendant,
        Kiosk(attendant) as kiosk,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=found, args=sandbox) as browser,
    ):
        page = browser.new_page(viewport={"width": SIDE, "height": SIDE})
        page.goto(kiosk.url)
        page.get_by_role("button").first.wait_for()
        pictures = []
        for shown in screens():
            nothing.display.show(shown)
            page.locator(f"[data-stage={shown.stage}]").wait_for()
            page.wait_for_timeout(500)
            png = np.frombuffer(page.screenshot(), np.uint8)
            pictures.append(cv2.imdecode(png, cv2.IMREAD_COLOR))
    cv2.imwrite(str(FILE), np.hstack(pictures), [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
