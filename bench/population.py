"""Are the bench's synthetic palms like real ones? ``python -m bench.population MANIFEST...``

Compares aggregates of real and synthetic palms: distances of mates and of strangers, poses,
how far a quarter gives, and how bits agree with their neighbours. Prints a table in Markdown and
draws ``docs/_static/matching-population.png``. Nothing of a single palm is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from thenar.benchmark import population
from thenar.evaluation.extraction import extract
from thenar.evaluation.manifest import Entry, read_manifest
from thenar.matching.buffers import Buffers
from thenar.matching.coarse import REFERENCES, CoarseCodes, coarse_codes, find_poses
from thenar.matching.distance import distances
from thenar.matching.overlay import Overlay, overlay
from thenar.parameters import MATCHING, SIGNATURE
from thenar.records import Probe, Signature
from thenar.signature import BlockCode

PICTURE = Path("docs/_static/matching-population.png")
PROBES_A_PALM, MATES, STRANGERS, SEED = 3, 900, 300, 5
PERCENTILES = (0.1, 1, 5, 25, 50, 75, 95, 99, 99.9)
LAGS = range(1, 9)
ASPECT = np.array([0])


class Pair(NamedTuple):
    """A reference and a probe of one palm."""

    reference: Signature
    probe: Probe


class Sample(NamedTuple):
    """What is compared between real and synthetic palms; every array is an aggregate."""

    mated: NDArray[np.float64]
    stranger: NDArray[np.float64]
    turn: NDArray[np.float64]
    zoom: NDArray[np.float64]
    shift: NDArray[np.float64]
    give: NDArray[np.float64]
    agree: NDArray[np.float64]


def real(manifest: Path) -> list[Pair]:
    """Each probe of the manifest with its palm's first enrolment image, a few a palm."""
    maker = BlockCode()
    listed = read_manifest(manifest)
    first, probes = {}, {}
    for entry in listed.enrol:
        first.setdefault(entry.palm, entry)
    for entry in listed.probes:
        probes.setdefault(entry.palm, []).append(entry)
    wanted = [
        (first[palm], one)
        for palm, those in probes.items()
        if palm in first
        for one in those[:: max(1, len(those) // PROBES_A_PALM)][:PROBES_A_PALM]
    ]

    def pair(entries: tuple[Entry, Entry]) -> Pair | None:
        reference, probe = extract(entries[0], maker.make), extract(entries[1], maker.probe)
        return Pair(reference.made, probe.made) if reference.made and probe.made else None

    with ThreadPoolExecutor() as pool:
        made = track(pool.map(pair, wanted), manifest.name, len(wanted))
        return [one for one in made if one]


def synthetic() -> list[Pair]:
    """Mates of the bench's population."""
    with ThreadPoolExecutor() as pool:
        made = pool.map(lambda number: population.mates(number, SEED), range(MATES))
        return [Pair(one.reference, one.probe) for one in track(made, "synthetic", MATES)]


def sample(pairs: Sequence[Pair]) -> Sample:
    """The aggregates of some palms."""
    every = max(1, len(pairs) // STRANGERS)
    others = [pair.reference for pair in pairs[::every]]
    same = [pair.reference.bits.tobytes() for pair in pairs]
    mated, stranger, poses, shift, give = [], [], [], [], []
    for place, pair in enumerate(track(pairs, "compared")):
        laid = overlay(pair.probe, ASPECT)
        bits, masks = pair.reference.bits[None, :1], pair.reference.mask[None, :1]
        mated.append(distances(laid, bits, masks)[0])
        found = find_poses(laid.coarse, _codes(bits, masks), Buffers())
        poses.append(SIGNATURE.probe_poses[found.pose[0] % len(SIGNATURE.probe_poses)])
        quarters = np.stack([found.down[0], found.right[0]]) - MATCHING.reach
        shift.append(quarters.mean(axis=1))
        give.append(quarters.std(axis=1).mean())
        if place % every == 0:
            strange = [one for one in others if one.bits.tobytes() != same[place]]
            stranger += _distances(laid, strange)
    return Sample(
        np.array(mated),
        np.array(stranger),
        np.array(poses)[:, 0],
        np.array(poses)[:, 1],
        np.array(shift).reshape(-1),
        np.array(give),
        _agreement(others),
    )


def _distances(laid: Overlay, references: Sequence[Signature]) -> Iterator[float]:
    for start in range(0, len(references), REFERENCES):
        some = references[start : start + REFERENCES]
        bits = np.stack([one.bits[:1] for one in some])
        yield from distances(laid, bits, np.stack([one.mask[:1] for one in some]))


def _codes(bits: NDArray[np.uint64], masks: NDArray[np.uint64]) -> CoarseCodes:
    trusted = np.unpackbits(masks.view(np.uint8), axis=-1, bitorder="little") * np.uint8(255)
    shape = (1, 1, 4, 256)
    return coarse_codes(bits.view(np.uint8).reshape(shape), trusted.reshape(shape), Buffers())


def _agreement(references: Sequence[Signature]) -> NDArray[np.float64]:
    """Correlation of equal bits so many cells apart: (texture, lines) × lags."""
    cells = np.stack([one.bits[0].view(np.uint8).reshape(2, 2, 16, 16) for one in references])
    grid = cells.swapaxes(2, 3).reshape(-1, 32, 32)
    bits = np.unpackbits(grid[..., None], axis=-1, bitorder="little") * 2.0 - 1
    bits -= bits.mean()
    each = [
        (bits[:, :, :-lag] * bits[:, :, lag:]).mean((0, 1, 2))
        + (bits[:, :-lag] * bits[:, lag:]).mean((0, 1, 2))
        for lag in LAGS
    ]
    both = np.array(each) / (2 * (bits**2).mean((0, 1, 2)))
    return np.stack([both[:, :4].mean(1), both[:, 4:].mean(1)])


def table(samples: dict[str, Sample]) -> Iterator[str]:
    """Rows in Markdown."""
    yield "| | " + " | ".join(samples) + " |"
    yield "|---" * (len(samples) + 1) + "|"

    def row(name: str, each: Callable[[Sample], str]) -> str:
        return f"| {name} | " + " | ".join(each(one) for one in samples.values()) + " |"

    yield row("mated, non-mated comparisons", lambda s: f"{len(s.mated):,}, {len(s.stranger):,}")
    for percent in PERCENTILES:
        yield row(
            f"distance, {percent:g} % below: mated, non-mated",
            lambda s, p=percent: (
                f"{np.percentile(s.mated, p):.3f}, {np.percentile(s.stranger, p):.3f}"
            ),
        )
    for name, field in (("turn, degrees", "turn"), ("scale", "zoom"), ("shift, cells", "shift")):
        yield row(
            f"{name}: mean, deviation",
            lambda s, f=field: f"{getattr(s, f).mean():.3f}, {getattr(s, f).std():.3f}",
        )
    yield row("mates beyond 4.5°", lambda s: f"{(np.abs(s.turn) > 4.5).mean():.1%}")
    yield row("shifts beyond 1.5 cells", lambda s: f"{(np.abs(s.shift) > 1.5).mean():.1%}")
    yield row("quarters' give, cells: mean", lambda s: f"{s.give.mean():.2f}")
    for place, name in enumerate(("texture", "line")):
        yield row(
            f"{name} bits 1, 2, 4 cells apart: correlation",
            lambda s, p=place: ", ".join(f"{s.agree[p][lag - 1]:+.2f}" for lag in (1, 2, 4)),
        )


def draw(samples: dict[str, Sample]) -> None:
    """Four panels: distances, poses, give, neighbours."""
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(2, 2, figsize=(10, 7.2), constrained_layout=True)
    colours = dict(zip(samples, ("#1b6f8a", "#c0603c", "#222222"), strict=False))
    edges = np.arange(0.02, 0.48, 0.01)
    for name, one in samples.items():
        style = {"color": colours[name], "lw": 2.2 if name == "synthetic" else 1.4}
        for values, line in ((one.mated, "-"), (one.stranger, "--")):
            density = np.histogram(values, edges, density=True)[0]
            label = f"{name}, {'mated' if line == '-' else 'non-mated'}"
            panels[0, 0].plot(edges[:-1] + 0.005, density, line, label=label, **style)
        share = [(one.turn == angle).mean() for angle in ANGLES]
        panels[0, 1].plot(ANGLES, share, "o-", label=name, **style)
        far = np.sort(np.abs(one.shift))[::-1]
        panels[1, 0].plot(far, np.arange(1, len(far) + 1) / len(far), label=name, **style)
        for kind, line in ((0, ":"), (1, "-")):
            label = f"{name}, {('texture', 'lines')[kind]}"
            panels[1, 1].plot(list(LAGS), one.agree[kind], line, label=label, **style)
    titles = (
        ("distance", "density", "How unlike mates and strangers are"),
        ("turn of the best pose, degrees", "share of mates", "How mates are turned"),
        ("shift of the best pose, cells", "share of mates beyond", "How far mates are aside"),
        ("cells apart", "correlation of bits", "How bits resemble their neighbours"),
    )
    for panel, (across, up, title) in zip(panels.flat, titles, strict=True):
        panel.set(xlabel=across, ylabel=up, title=title)
        panel.legend(fontsize=8, frameon=False)
        panel.spines[["top", "right"]].set_visible(False)
    panels[1, 0].set(yscale="log", ylim=(5e-4, 1), xlim=(0, 4))
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=110)


ANGLES = sorted({angle for angle, _ in SIGNATURE.probe_poses})


def main(manifests: Sequence[str]) -> None:
    """Compare, print, draw."""
    samples = {Path(name).stem.partition("-")[0]: sample(real(Path(name))) for name in manifests}
    samples["synthetic"] = sample(synthetic())
    print("\n".join(table(samples)))
    draw(samples)


if __name__ == "__main__":
    main(sys.argv[1:])
