"""The rivals: each tells palms apart, and measures what its paper says."""

from pathlib import Path

import numpy as np
import pytest

from thenar import evaluation
from thenar.records import Band, PalmCrop
from thenar.registry import Installed, Registry
from thenar.settings import Settings

NAMES = ["compcode", "ordinal", "bocv", "edcc"]


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from bench.rivals import plugin

    also = [Installed.of(plugin, name="rivals")]
    with Registry.load(Settings(), plugins=False, also=also) as registry:
        yield registry


def crop(pixels):
    return PalmCrop({Band.GREY: pixels.astype(np.uint8)}, np.ones((128, 128), bool))


def noise(seed=0):
    rng = np.random.default_rng(seed)
    return np.kron(rng.integers(40, 220, (22, 22)), np.ones((6, 6)))[:128, :128]


def compared(registry, name, probe, reference):
    maker, matcher = registry.driver("signature", name), registry.driver("matcher", name)
    return matcher.compare(maker.probe([crop(probe)]), maker.make([crop(reference)]))


@pytest.mark.parametrize("name", NAMES)
def test_an_image_is_nearer_to_itself_than_to_another(registry, name):
    assert compared(registry, name, noise(), noise()) == 0
    assert compared(registry, name, noise(), noise(1)) > 0.2


@pytest.mark.parametrize("name", NAMES)
def test_a_shift_within_reach_is_undone(registry, name):
    wide = np.pad(noise(), 16, mode="wrap")
    moved = wide[8 : 8 + 128, 28 : 28 + 128]  # up by 2 cells, left by 3
    beyond = np.roll(noise(), 40, axis=1)
    # Filters reach over the border, so that the outer cells differ all the same.
    assert compared(registry, name, moved, noise()) < 0.6 * compared(
        registry, name, beyond, noise()
    )


@pytest.mark.parametrize("name", NAMES)
def test_brightness_and_contrast_do_not_count(registry, name):
    assert compared(registry, name, 0.5 * noise() + 60, noise()) < 0.02


def test_the_competitive_code_measures_angles(registry):
    from bench.rivals.code import pack
    from bench.rivals.compcode import LEVELS, CompCode

    everywhere = np.ones((32, 32), bool)
    codes = [pack(np.stack([everywhere & bit for bit in level])) for level in LEVELS]
    for one in range(6):
        for other in range(6):
            differ = (codes[one] ^ codes[other])[None]
            steps = min(abs(one - other), 6 - abs(one - other))
            distance = CompCode().distance(differ, pack(everywhere)[None])
            assert distance.tolist() == pytest.approx([steps / 3])


@pytest.mark.parametrize("name", NAMES)
def test_each_recognises_synthetic_palms(registry, name, laboratory):
    found = evaluation.evaluate(
        evaluation.read_manifest(laboratory.manifest()),
        registry.driver("signature", name),
        registry.driver("matcher", name),
    )
    assert found.figures.rank1 >= 0.75
    assert found.algorithm == f"{name}/1"
