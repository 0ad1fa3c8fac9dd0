"""The file: read whole or not at all, and each wrong line is named."""

import pytest

from thenar.access import Policy
from thenar.errors import SettingsError
from thenar.records import OfflinePolicy

from .policies import OFFICE


def line_of(text):
    return next(n for n, line in enumerate(OFFICE.splitlines(), 1) if text in line)


def test_a_policy_says_what_its_doors_do_when_nobody_can_be_asked():
    doors = Policy.parse(OFFICE).site.doors
    assert doors["lobby"].offline is OfflinePolicy.FAIL_CLOSED
    assert doors["lobby-out"].offline is OfflinePolicy.FAIL_OPEN
    assert doors["canteen"].offline is None


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"Europe/Amsterdam"', '"Europe/Amsterdm"', "there is no time zone"),
        ('anti_passback = "hard"', 'anti_passback = "herd"', "one of 'hard', 'soft', 'timed'"),
        ('exempt = "group:guards"', 'exempt = "grop:guards"', "nobody is 'grop:guards'"),
        ("within_seconds = 20", "within_secs = 20", "Did you mean 'within_seconds'"),
        ('who = "group:treasury - ', 'who = "group:treasury -- ', "column 17"),
        ('who = "type:visitor"', 'who = "type:visitor & ("', "expected a name"),
        ('doors = ["lobby", "vault"]', 'doors = ["lobbi", "vault"]', "there is no door 'lobbi'"),
        ('schedule = "office"', 'schedule = "offise"', "there is no schedule 'offise'"),
        ('out_of = "vault"', 'out_of = "valut"', "there is no area 'valut'"),
        ("ends = 19:00:00", "ends = 19", "expected a time"),
        ('offline = "fail open"', 'offline = "open"', "one of 'fail closed', 'fail open'"),
        ("minutes = 10", "minutes = 0", "'minutes' must be > 0"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(right, wrong, told):
    with pytest.raises(SettingsError) as error:
        Policy.parse(OFFICE.replace(right, wrong, 1), file="hq.toml")
    said = str(error.value)
    assert told in said
    number = line_of(right)
    near = {f"hq.toml, line {number}", f"hq.toml, line {table_above(number)}"}
    assert any(one in said for one in near), said


def table_above(number):
    lines = OFFICE.splitlines()
    return max(n for n in range(1, number + 1) if lines[n - 1].startswith("[") or n == 1)


def test_every_fault_is_told_at_once():
    text = OFFICE.replace('into = "vault"', 'into = "valut"').replace('"office"', '"offise"')
    with pytest.raises(SettingsError) as error:
        Policy.parse(text)
    assert str(error.value).count("there is no") == 4


def test_a_policy_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SettingsError, match=r"\[cloud.policies\]"):
        Policy.load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "more",
    [
        '[areas.outside]\nanti_passback = "hard"',
        '[doors.round]\ninto = "vault"\nout_of = "vault"',
        "[areas.cell]\ntwo_person = true\nat_most = 1",
    ],
)
def test_what_means_nothing_is_refused(more):
    with pytest.raises(SettingsError):
        Policy.parse(f"{OFFICE}\n{more}\n")
