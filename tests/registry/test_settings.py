"""The settings file: what is read, and what is said about what is wrong."""

from collections.abc import Mapping, Sequence
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar.errors import SettingsError
from thenar.settings import KINDS, Settings, load_settings
from thenar.settings.document import Document


class Light(StrEnum):
    GREEN = "green"
    OFF = "off"


@attrs.frozen
class Lens:
    focus: float
    coated: bool = False


@attrs.frozen
class CameraSettings:
    index: int | str
    width: int = 640
    rate: float = 30.0
    light: Light = Light.OFF
    mode: Literal["auto", "manual"] = "auto"
    bands: tuple[str, ...] = ()
    wake: time | None = None
    folder: Path | None = None
    lens: Lens | None = None
    lanes: Mapping[str, Lens] = attrs.field(factory=dict)
    codes: Sequence[int] = ()
    api_key: str = attrs.field(default="", repr=False)

    @api_key.validator
    def _looks_like_a_key(self, _attribute, value):
        if value and not value.startswith("key-"):
            raise ValueError(f"an API key starts with 'key-', not {value!r}")


def camera(body, *, before=""):
    text = f"{before}[camera.uvc]\n{body}"
    return Settings.parse(text, file="thenar.toml").provider("camera", "uvc", CameraSettings)


def complaint(body, *, before=""):
    with pytest.raises(SettingsError) as told:
        camera(body, before=before)
    return str(told.value)


def test_no_settings_choose_thenars_own():
    settings = Settings.parse("")
    assert settings.plugins.enabled == ()
    assert (settings.drivers.signature, settings.drivers.matcher) == ("blocks", "numpy")
    assert settings.drivers.camera is None
    assert settings == Settings.of({})


def test_every_kind_of_value():
    assert camera(
        """
        index = "/dev/video2"
        width = 1280
        rate = 15
        light = "green"
        mode = "manual"
        bands = ["rgb", "nir"]
        wake = 07:30:00
        folder = "/srv/palms"
        lens = { focus = 0.2, coated = true }
        lanes.left = { focus = 1 }
        codes = [1, 2]
        api_key = "key-1"
        """
    ) == CameraSettings(
        "/dev/video2",
        1280,
        15.0,
        Light.GREEN,
        "manual",
        ("rgb", "nir"),
        time(7, 30),
        Path("/srv/palms"),
        Lens(0.2, coated=True),
        {"left": Lens(1.0)},
        (1, 2),
        "key-1",
    )


WRONG = {
    'index = "0"\nwdith = 3': "line 3, [camera.uvc] wdith: unknown key 'wdith'; known are index, "
    "width, rate, light, mode, bands, wake, folder, lens, lanes, codes, api_key. "
    "Did you mean 'width'?",
    "width = 3": "line 1, [camera.uvc] index: missing; expected an integer or a string.",
    "index = true": "line 2, [camera.uvc] index: expected an integer or a string, "
    "got true or false.",
    'index = 0\nwidth = "640"': "line 3, [camera.uvc] width: expected an integer, got a string.",
    "index = 0\nwidth = true": "width: expected an integer, got true or false.",
    "index = 0\nwidth = 1.5": "width: expected an integer, got a number.",
    'index = 0\nrate = "15"': "rate: expected a number, got a string.",
    'index = 0\nlight = "blue"': "light: expected one of 'green', 'off', got a string.",
    'index = 0\nmode = "both"': "mode: expected one of 'auto', 'manual', got a string.",
    'index = 0\nbands = "rgb"': "bands: expected an array, each a string, got a string.",
    'index = 0\nbands = ["rgb", 3]': "bands[1]: expected a string, got an integer.",
    "index = 0\ncodes = [true]": "codes[0]: expected an integer, got true or false.",
    "index = 0\nwake = 3": "wake: expected a time, got an integer.",
    "index = 0\nfolder = 3": "folder: expected a path, got an integer.",
    "index = 0\nlens = 3": "lens: expected a table, got an integer.",
    "index = 0\nlens = {}": "line 3, [camera.uvc.lens] focus: missing; expected a number.",
    "index = 0\n[camera.uvc.lens]\nfocus = 1\nblur = 2": "line 5, [camera.uvc.lens] blur: unknown",
    'index = 0\nlanes.left = { focus = "x" }': "[camera.uvc.lanes.left] focus: expected a number",
}


@pytest.mark.parametrize("body", WRONG)
def test_wrong_value_is_told_with_its_place_and_what_was_expected(body):
    told = complaint(body)
    assert WRONG[body] in told
    assert told.startswith("thenar.toml, line ")
    assert told.endswith("To mend it: correct thenar.toml.")


def test_everything_wrong_is_told_at_once():
    told = complaint('wdith = 3\nrate = "fast"')
    assert [part in told for part in ("index: missing", "wdith: unknown", "rate: expected")] == [
        True
    ] * 3


def test_lines_count_past_comments_arrays_and_strings_that_look_like_keys():
    before = (
        '# camera.uvc\n[plugins]\nenabled = [\n  "a",\n]\n'
        '[payment.card]\nnote = """\n[camera.uvc]\nindex = 1\n"""\n'
    )
    assert "thenar.toml, line 12, [camera.uvc] index: expected" in complaint(
        "index = 1.5", before=before
    )


def test_secret_value_is_never_told():
    told = complaint('index = 0\napi_key = "hunter2"')
    assert "an API key starts with 'key-'" in told
    assert "hunter2" not in told
    told = complaint("index = 0\napi_key = 31337")
    assert "api_key: expected a string, got an integer" in told
    assert "31337" not in told


def test_unknown_table_is_told_with_the_known_ones():
    with pytest.raises(SettingsError, match=r"line 2, \[plugin\]: unknown table.*\[plugins\]\?"):
        Settings.parse("\n[plugin]\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[plugins]\nenabled = 'a'", r"line 2, \[plugins\] enabled: expected an array"),
        ("[plugins]\nenabeld = []", r"Did you mean 'enabled'\?"),
        ("[plugins]\nload_seconds = 0", "load_seconds"),
        ("[plugins.disabled]\na = ['uvc']", "expected 'kind.name' with a kind of camera"),
        ("[drivers]\ndoor = 'gate'", "unknown key 'door'"),
        ("[doors.north]\naddress = 'x'", r"line 1, \[doors.north\] provider: missing"),
        ("[doors]\nnorth = 3", "expected a table"),
        ("doors = 3", "expected a table"),
        ("camera = 'uvc'", "expected a table"),
        ("x = [", r"thenar.toml: not TOML: .*line|end of document"),
    ],
)
def test_what_thenar_reads_itself_is_checked_at_once(text, told):
    with pytest.raises(SettingsError, match=told):
        Settings.parse(text, file="thenar.toml")


def test_sections_of_the_two_programs():
    settings = Settings.parse("[device]\nfocus = 2\n[cloud]\nfocal = 3", file="thenar.toml")
    assert settings.section("device", Lens) == Lens(2.0)
    with pytest.raises(SettingsError, match=r"line 4, \[cloud\] focal: unknown key"):
        settings.section("cloud", Lens)


def test_file_that_cannot_be_read(tmp_path):
    with pytest.raises(SettingsError, match=r"thenar\.toml.*--settings"):
        load_settings(tmp_path / "thenar.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(tmp_path / "binary.toml")


def test_file_is_named_in_complaints(tmp_path):
    file = tmp_path / "gate.toml"
    file.write_text("[drivers]\ncamera = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"gate\.toml, line 2, \[drivers\] camera"):
        load_settings(file)


names = st.from_regex(r"[a-z]{1,6}", fullmatch=True)


@given(
    st.dictionaries(
        names, st.dictionaries(names, st.integers(0, 9), min_size=1, max_size=4), max_size=4
    )
)
def test_each_key_is_found_on_its_line(tables):
    lines, expected = [], {}
    for table, keys in tables.items():
        lines += ["# comment", f"[{table}]"]
        for key, value in keys.items():
            lines.append(f"{key} = {value}")
            expected[table, key] = len(lines)
    document = Document.parse("\n".join(lines), "thenar.toml")
    assert {path: document.line(path) for path in expected} == expected


def test_every_hook_has_a_kind_and_every_kind_a_hook():
    from thenar import hookspecs

    hooks = {name for name in vars(hookspecs) if name.startswith("thenar_")}
    assert {kind.hook for kind in KINDS.values()} == hooks
