"""The settings that the pages show are read, and every camera has its place there."""

import re
from pathlib import Path

import pytest

import thenar_camera
from thenar.settings import Settings
from thenar_camera.pixels import UNDERSTOOD

REPOSITORY = Path(__file__).parents[3]
PROVIDERS = {one.name: one for one in thenar_camera.thenar_cameras()}
LISTED = ("docs/how-to/cameras.md", "plugins/camera/README.md")


def text_of(page):
    return (REPOSITORY / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", LISTED)
def test_settings_are_read_and_every_camera_is_listed(page):
    blocks = re.findall(r"^```toml\n(.*?)^```$", text_of(page), flags=re.DOTALL | re.MULTILINE)
    read = set()
    for block in blocks:
        settings = Settings.parse(block)
        name = settings.drivers.camera
        settings.provider("camera", name, PROVIDERS[name].settings)
        read.add(name)
    assert read
    for name in PROVIDERS:
        assert re.search(rf"^\|.*`{name}`.*\|", text_of(page), re.MULTILINE), name
    if page == LISTED[0]:
        assert read == set(PROVIDERS) - {"video", "images"}


def test_every_format_that_is_understood_is_told():
    page = text_of("docs/decisions/camera-drivers-apart.md")
    for name in UNDERSTOOD:
        assert f"`{name}`" in page or name.startswith("Bayer"), name
