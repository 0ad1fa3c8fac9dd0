"""The settings that the how-to and the README show are read."""

import re
from pathlib import Path

import pytest

import thenar_access
from thenar.settings import Settings
from thenar_access.roles import Outcome

REPOSITORY = Path(__file__).parents[3]
PAGES = ["docs/how-to/gates-and-doors.md", "plugins/access/README.md"]
PROVIDERS = {one.name: one for one in thenar_access.thenar_doors()}


def doors(page):
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    for block in re.findall(r"^```toml\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE):
        settings = Settings.parse(block)
        for name, provider in settings.doors.items():
            yield settings, name, provider


@pytest.mark.parametrize("page", PAGES)
def test_settings_are_read(page):
    shown = [
        (settings.door(name, PROVIDERS[by].settings), by) for settings, name, by in doors(page)
    ]
    assert shown
    if page.endswith("doors.md"):
        assert {by for _, by in shown} == set(PROVIDERS)


def test_the_how_to_has_every_outcome():
    text = (REPOSITORY / PAGES[0]).read_text(encoding="utf-8")
    for outcome in set(Outcome) - {Outcome.SILENT}:
        assert f"`{outcome}`" in text


@pytest.mark.parametrize(
    ("opens", "told"),
    [
        ("", "opens: missing"),
        ("[doors.a.opens]", "exactly one"),
        (
            '[doors.a.opens.mqtt]\nhost = "a"\ntopic = "t"\n'
            '[doors.a.opens.modbus]\nhost = "a"\ncoil = 0\nreleased = 0',
            "mqtt and modbus",
        ),
        ('[doors.a.opens.mqtt]\nhost = "a"\ntopic = "stadium/#"\npassword = "hush"', "topic"),
        ('[doors.a.opens.modbus]\nhost = "a"\ncoil = 70000\nreleased = 0', "coil"),
    ],
)
def test_what_opens_is_checked(opens, told):
    settings = Settings.parse(f'[doors.a]\nprovider = "roster"\nbadges = "b"\n{opens}')
    with pytest.raises(Exception, match=told) as error:
        settings.door("a", PROVIDERS["roster"].settings)
    assert "hush" not in str(error.value)


def test_a_key_is_checked_and_not_shown():
    settings = Settings.parse('[doors.a]\nprovider = "osdp"\nport = "p"\nkey = "secret-key"')
    with pytest.raises(Exception, match="32 hexadecimal") as error:
        settings.door("a", PROVIDERS["osdp"].settings)
    assert "secret-key" not in str(error.value)
