import pytest

from thenar.errors import ManifestError
from thenar.evaluation import Kind, Role, read_manifest
from thenar.records import Band, Hand

HEADER = "path,person,palm,hand,role,kind,modality"
GOOD = "1.png,anna,anna-l,left,enrol,roi,grey\n2.png,anna,anna-l,left,probe,roi,grey\n"


@pytest.fixture
def write(tmp_path):
    for name in ("1.png", "2.png", "3.png"):
        (tmp_path / name).write_bytes(b"")

    def write(text):
        path = tmp_path / "manifest.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_reads_entries_by_role(write, tmp_path):
    manifest = read_manifest(
        write(f"{HEADER}\n{GOOD}3.png,bert,bert-r,,spare,hand,NIR\n".replace("left", "Left", 1))
    )
    (enrol,), (probe,), (spare,) = manifest.enrol, manifest.probes, manifest.spare
    assert (enrol.path, enrol.name) == (tmp_path / "1.png", "1.png")
    assert (enrol.role, enrol.kind, enrol.hand) == (Role.ENROL, Kind.ROI, Hand.LEFT)
    assert (probe.band, probe.line) == (Band.GREY, 3)
    assert (spare.hand, spare.band, spare.kind) == (Hand.UNKNOWN, Band.NIR, Kind.HAND)


def test_columns_may_come_in_any_order_and_others_are_ignored(write):
    text = f"age,{HEADER},note\n" + "".join(f"40,{line},x\n" for line in GOOD.splitlines())
    assert read_manifest(write("﻿" + text)).enrol[0].person == "anna"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: expected the columns"),
        ("path,person\n", "missing: palm, hand, role, kind, modality"),
        (f"{HEADER}\n1.png,a,p,left,gallery,roi,grey\n", "line 2: expected a role of enrol"),
        (f"{HEADER}\n1.png,a,p,left,enrol,finger,grey\n", "line 2: expected a kind of roi, hand"),
        (f"{HEADER}\n1.png,a,p,left,enrol,roi,xray\n", "line 2: expected a modality of rgb"),
        (f"{HEADER}\n1.png,a,p,both,enrol,roi,grey\n", "line 2: expected a hand of left"),
        (f"{HEADER}\n{GOOD}9.png,a,p,left,enrol,roi,grey\n", "line 4: there is no file '9.png'"),
        (f"{HEADER}\n1.png,,p,left,enrol,roi,grey\n", "line 2: expected a person"),
        (f"{HEADER}\n1.png,a\n", "line 2: expected a palm"),
        (f"{HEADER}\n{GOOD}./1.png,anna,anna-l,left,probe,roi,grey\n", "listed already on line 2"),
        (f"{HEADER}\n{GOOD}3.png,bert,anna-l,left,probe,roi,grey\n", "line 4: palm 'anna-l'"),
        (f"{HEADER}\n{GOOD.splitlines()[0]}\n", "at least one image with role probe"),
        (f'{HEADER}\n"1.png,a\n', "expected a CSV file in UTF-8"),
    ],
)
def test_whatever_is_wrong_is_told_with_its_line(write, text, says):
    with pytest.raises(ManifestError, match=says.replace("(", r"\(")):
        read_manifest(write(text))


def test_a_manifest_that_is_not_there(tmp_path):
    with pytest.raises(ManifestError, match="FileNotFoundError"):
        read_manifest(tmp_path / "none.csv")
