"""From image files to figures, through the command and the package."""

import json
import re
from pathlib import Path

import attrs
import numpy as np
import pytest
from click.testing import CliRunner

from thenar.cli import main
from thenar.errors import ManifestError, MatchingError, SignatureError
from thenar.evaluation import differences, evaluate, read_manifest
from thenar.matching import NumpyMatcher
from thenar.signature import BlockCode

KEYS = {
    "algorithm", "genuine", "impostor", "fte", "fta", "eer", "fnmr_at_fmr", "frr_at_far",
    "rank1", "seconds_per_image", "seconds_per_comparison", "intervals",
}  # fmt: skip


def run(*arguments, settings=()):
    return CliRunner().invoke(main, [*settings, "evaluate", *map(str, arguments)])


@pytest.fixture
def rivals(monkeypatch, thenar_register, tmp_path):
    """Settings that enable the rivals as a plugin."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from bench.rivals import plugin

    thenar_register(plugin, "rivals")
    settings = tmp_path / "settings.toml"
    settings.write_text('[plugins]\nenabled = ["rivals"]\n')
    return "--settings", str(settings)


def figures(laboratory, *more, options=()):
    file = laboratory.folder / "figures.json"
    result = run(laboratory.manifest(*more), "--json", file, *options)
    assert result.exit_code == 0, result.output
    return json.loads(file.read_text()), result.output


def test_palms_are_recognised_and_the_document_is_as_promised(laboratory):
    found, output = figures(laboratory)
    assert set(found) == KEYS
    assert re.fullmatch(r"blocks/\d+", found["algorithm"])
    # Three persons, two palms each, two probes a palm; every other palm is an impostor.
    assert (found["genuine"], found["impostor"]) == (12, 12 * 5)
    assert (found["fte"], found["fta"], found["rank1"], found["eer"]) == (0, 0, 1, 0)
    for rates in (found["fnmr_at_fmr"], found["frr_at_far"]):
        assert rates == {"1e-3": None, "1e-4": None, "1e-5": None, "1e-6": None}
    assert found["seconds_per_image"] > 0
    assert found["seconds_per_comparison"] > 0
    assert found["intervals"]["rank1"] == [0.0, 1.0]  # three persons prove little
    assert "Rank-1" in output


def test_an_image_without_a_palm_is_a_failure_to_acquire_with_its_reason(laboratory):
    found, output = figures(
        laboratory,
        "blank.png,p0,p0-left,left,probe,hand,rgb",
        "text.png,p1,p1-left,left,probe,roi,grey",
    )
    assert found["fta"] == pytest.approx(2 / 14)
    assert found["rank1"] == pytest.approx(12 / 14)
    assert found["genuine"] == 12
    assert "Probe images that failed: 1 × show palm" in output
    assert "Probe images that failed: 1 × unreadable image" in output


def test_a_palm_of_which_no_image_can_be_enrolled(laboratory):
    found, output = figures(laboratory, "blank.png,p9,p9-left,left,enrol,hand,rgb")
    assert found["fte"] == pytest.approx(1 / 7)
    assert (found["genuine"], found["impostor"]) == (12, 60)
    assert "Enrolment images that failed: 1 ×" in output


def test_a_stranger_makes_non_mated_comparisons_only(laboratory):
    image = laboratory.rows[0].split(",")[0]
    rows = [row for row in laboratory.rows if "p0-left" not in row]
    found, _ = figures(
        attrs.evolve(laboratory, rows=rows), f"{image},p0,p0-left,left,probe,roi,rgb"
    )
    assert (found["genuine"], found["impostor"]) == (10, 10 * 4 + 5)
    assert found["rank1"] == 1


def test_equal_seeds_give_equal_documents(laboratory):
    first, second = (figures(laboratory, options=("--seed", "7"))[0] for _ in range(2))
    for timed in ("seconds_per_image", "seconds_per_comparison"):
        del first[timed], second[timed]
    assert first == second
    assert first["intervals"]["seed"] == 7


def test_the_report_holds_everything_in_one_page(laboratory):
    folder = laboratory.folder / "out" / "report"
    manifest = laboratory.manifest("blank.png,p0,p0-left,left,probe,hand,rgb")
    result = run(manifest, "--report", folder)
    assert result.exit_code == 0, result.output
    assert [file.name for file in folder.iterdir()] == ["index.html"]
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "must not be published" in page
    for title in ("Detection error trade-off", "Scores", "Cumulative match", "Calibration",
                  "Error versus discard", "Mates least alike", "Strangers most alike"):  # fmt: skip
        assert title in page
    assert not re.findall(r'(?:src|href)="(?!data:image/)', page)
    assert page.count("data:image/svg+xml") == 5
    assert "show palm" in page
    assert str(laboratory.folder) not in page


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("--signature", "nonesuch"), "nonesuch"), (("--matcher", "nonesuch"), "nonesuch")],
)
def test_an_unknown_name_is_refused_in_plain_words(laboratory, arguments, says):
    result = run(laboratory.manifest(), *arguments)
    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output


def test_a_wrong_manifest_is_refused_with_its_line(laboratory):
    result = run(laboratory.manifest("none.png,p0,p0-left,left,probe,roi,rgb"))
    assert result.exit_code == 1
    assert "line 26: there is no file 'none.png'" in result.output


def test_two_signatures_side_by_side(laboratory, rivals):
    page, file = laboratory.folder / "report", laboratory.folder / "both.json"
    rows = ("blank.png,p0,p0-left,left,probe,hand,rgb",)
    options = ("--compare", "ordinal/ordinal", "blocks", "--json", file, "--report", page)
    result = run(laboratory.manifest(*rows), *options, settings=rivals)
    assert result.exit_code == 0, result.output
    document = json.loads(file.read_text())
    assert [set(one) for one in document["signatures"]] == [KEYS, KEYS]
    assert [one["algorithm"] for one in document["signatures"]] == ["ordinal/1", "blocks/1"]
    # Both fail on the same image, so no person drawn makes a difference.
    assert "fta" not in document["difference"]
    for value, low, high in document["difference"].values():
        assert low <= value <= high
    text = (page / "index.html").read_text()
    assert "ordinal/1 and blocks/1" in text
    assert "Second less first" in text


def test_a_comparison_with_itself_shows_no_difference(laboratory):
    manifest = read_manifest(laboratory.manifest())
    found = evaluate(manifest, BlockCode(), NumpyMatcher())
    assert differences(found, found) == {}


def test_evaluations_of_two_manifests_are_not_compared(laboratory):
    more = laboratory.manifest("blank.png,p0,p0-left,left,probe,hand,rgb", name="more.csv")
    found = [
        evaluate(read_manifest(path), BlockCode(), NumpyMatcher())
        for path in (laboratory.manifest(), more)
    ]
    with pytest.raises(ManifestError, match="one manifest"):
        differences(*found)


class Worse(BlockCode):
    """Refuses left hands."""

    def probe(self, crops):
        if crops[0].hand == "left":
            raise SignatureError("Expected a right hand.")
        return super().probe(crops)


def test_a_difference_beyond_chance_is_seen(laboratory):
    manifest = read_manifest(laboratory.manifest())
    better, worse = (evaluate(manifest, maker(), NumpyMatcher()) for maker in (BlockCode, Worse))
    apart = differences(better, worse)["rank1"]
    assert apart.value == pytest.approx(-0.5)
    assert apart.high < 0


def test_signature_and_compare_exclude_each_other(laboratory):
    result = run(laboratory.manifest(), "--signature", "blocks", "--compare", "blocks", "blocks")
    assert result.exit_code == 2


class Crashing(BlockCode):
    """Cannot make a probe of a left hand."""

    def probe(self, crops):
        if crops[0].hand == "left":
            raise ZeroDivisionError
        return super().probe(crops)


def test_a_crash_is_counted_as_a_failure_and_told(laboratory):
    found = evaluate(read_manifest(laboratory.manifest()), Crashing(), NumpyMatcher())
    assert found.figures.fta == 0.5
    assert {(one.reason, one.crashed) for one in found.probes if one.quality is None} == {
        ("ZeroDivisionError", True)
    }


class Lying(NumpyMatcher):
    """Gives something that is no rate."""

    def gallery(self):
        gallery = super().gallery()
        gallery.score = lambda probe: (np.arange(12, dtype=np.uint32), np.full(12, np.nan))
        return gallery


def test_a_matcher_that_gives_no_rates_is_refused(laboratory):
    with pytest.raises(MatchingError, match=r"rates in 0\.\.1"):
        evaluate(read_manifest(laboratory.manifest()), BlockCode(), Lying())
