"""``thenar bench matching``, small: what it promises is in the document and adds up."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from thenar.cli import main

PROMISED = {
    "p50_ms",
    "p99_ms",
    "queries_per_second",
    "recall_at_1",
    "bytes_per_palm",
    "build_seconds",
    "faiss_p50_ms",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    file = tmp_path_factory.mktemp("bench") / "found.json"
    given = ["--palms", "2000", "--queries", "20", "--comparisons", "8000", "--json", str(file)]
    shown = CliRunner().invoke(main, ["bench", "matching", *given], catch_exceptions=False)
    assert shown.exit_code == 0, shown.output
    return json.loads(file.read_text()), shown.output


def test_every_promised_figure_is_there(ran):
    found, _ = ran
    assert found.keys() >= PROMISED
    assert found["palms"] == 2000
    assert found["queries"] == 20
    assert found["strangers"] == 2
    assert 0 < found["p50_ms"] <= found["p99_ms"]
    assert found["queries_per_second"] > 0
    assert found["build_seconds"] > 0


def test_mates_are_found_and_strangers_are_not(ran):
    found, _ = ran
    assert found["recall_at_1"] == 1
    assert found["recall_judged"] == found["queries"] - found["strangers"]
    assert found["rank1"] == 1
    assert found["exhaustive_queries"] == 4
    at = found["threshold"].index(1e-6)
    assert found["fnir"][at] == found["fpir"][at] == 0
    assert found["fnir"] == sorted(found["fnir"])
    assert found["fpir"] == sorted(found["fpir"], reverse=True)


def test_a_palm_takes_less_than_it_may(ran):
    found, _ = ran
    assert 1152 <= found["bytes_per_palm"] <= 1200


def test_faiss_scans_every_alignment_of_a_small_gallery(ran):
    pytest.importorskip("faiss")
    found, _ = ran
    assert found["faiss_alignments"] == found["faiss_alignments_measured"] == 11 * 9 * 9
    assert found["faiss_p50_ms"] > 0
    assert found["kernels"]["kernel_over_faiss"] > 0


def test_the_table_tells_the_same(ran):
    found, shown = ran
    assert f"{found['p50_ms']:.1f} ms" in shown
    assert "1,158 bytes" in shown


def test_more_queries_than_palms_are_refused():
    ran = CliRunner().invoke(main, ["bench", "matching", "--palms", "3", "--queries", "5"])
    assert ran.exit_code == 2
    assert "at least as many --palms" in ran.output


def test_numpy_has_no_shards():
    ran = CliRunner().invoke(main, ["bench", "matching", "--shards", "2"])
    assert ran.exit_code == 2


def test_a_matcher_that_nobody_provides_is_an_error():
    ran = CliRunner().invoke(main, ["bench", "matching", "--matcher", "nobody", "--shards", "2"])
    assert ran.exit_code == 1
    assert "nobody" in ran.output
