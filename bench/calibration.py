"""Does a claimed false-match rate hold on people it was not fitted to?

python -m bench.calibration palms.csv [--against other.csv] [--probes 3] [--seed 0]

Persons are split in two halves by the seed. A normal lower tail is fitted to the
non-mated comparisons within one half and checked within the other, next to the
numbers that are shipped; with ``--against`` also on another set. Intervals are over
persons, by bootstrap. Both palms of a person are then fused and checked alike.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from thenar import evaluation
from thenar.evaluation.comparison import Enrolled
from thenar.evaluation.extraction import enrol, extract
from thenar.evaluation.progress import silent
from thenar.matching import NumpyMatcher
from thenar.matching.calibration import normal_tail
from thenar.parameters import MATCHING
from thenar.signature import BlockCode

CLAIMS = 10.0 ** -np.arange(1, 7)
RESAMPLES = 200
_GRID = np.linspace(-12, 6, 40_000)
_TAIL = np.log(normal_tail(_GRID))


@attrs.frozen(eq=False)
class Strangers:
    """Non-mated comparisons of one set.

    Attributes:
        deviates: (n,) by the shipped numbers; −1 is one deviation nearer than a stranger's mean.
        presented, enrolled: (n,) numbers of the two persons.
        persons: how many.
    """

    deviates: NDArray[np.float64]
    presented: NDArray[np.intp]
    enrolled: NDArray[np.intp]
    persons: int

    def among(self, chosen: NDArray[np.bool_]) -> Strangers:
        """Comparisons whose two persons are both chosen."""
        here = chosen[self.presented] & chosen[self.enrolled]
        return Strangers(
            self.deviates[here], self.presented[here], self.enrolled[here], self.persons
        )

    def observed(self, limits: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
        """Share of comparisons below each limit: (limits, 3) with a 95 % interval."""
        every = self._counts(np.ones(len(self.deviates), np.bool_))
        reached = [self._counts(self.deviates <= limit) for limit in limits]
        rng = np.random.default_rng(seed)
        there = np.flatnonzero(every.sum(axis=0) + every.sum(axis=1))
        rows = []
        for counts in reached:
            draws = []
            for _ in range(RESAMPLES):
                weight = np.bincount(rng.choice(there, len(there)), minlength=self.persons)
                draws.append((weight @ counts @ weight) / max(weight @ every @ weight, 1))
            rows.append([counts.sum() / every.sum(), *np.percentile(draws, [2.5, 97.5])])
        return np.array(rows)

    def _counts(self, here: NDArray[np.bool_]) -> NDArray[np.float64]:
        flat = self.presented[here] * self.persons + self.enrolled[here]
        counts = np.bincount(flat, minlength=self.persons**2)
        return counts.reshape(self.persons, self.persons).astype(np.float64)


def compared(manifest: Path, probes: int) -> tuple[Strangers, Strangers]:
    """Non-mated comparisons of single palms, and of both palms of two persons fused."""
    read = evaluation.read_manifest(manifest)
    first, taken = {}, {}
    for entry in read.enrol:
        first.setdefault(entry.palm, entry)
    for entry in read.probes:
        some = taken.setdefault(entry.palm, [])
        if len(some) < probes:
            some.append(entry)
    maker = BlockCode()
    extracted = enrol(list(first.values()), maker, silent)
    enrolled = Enrolled.of(extracted, NumpyMatcher())
    owner = {entry.palm: entry.person for entry in first.values()}
    names = list(dict.fromkeys([*owner.values(), *(e.person for e in read.probes)]))
    number = {name: n for n, name in enumerate(names)}
    owners = np.array([number[owner[palm]] for palm in enrolled.palms])[enrolled.column]
    hands = {entry.palm: entry.hand for entry in first.values()}
    sides = np.array([hands[palm] for palm in enrolled.palms])[enrolled.column]
    single: list[tuple[NDArray[np.float64], int, NDArray[np.intp]]] = []
    rows: dict[tuple[int, int, str], NDArray[np.float64]] = {}
    for palm, entries in track(taken.items(), "Comparing"):
        for turn, entry in enumerate(entries):
            probe = extract(entry, maker.probe).made
            if probe is None:
                continue
            numbers, rates = enrolled.gallery.score(probe)
            full = np.full(len(enrolled.column), np.nan)
            full[numbers] = np.interp(np.log(np.maximum(rates, 1e-30)), _TAIL, _GRID)
            me = number[entry.person]
            others = (owners != me) & ~np.isnan(full)
            single.append((full[others], me, owners[others]))
            rows[me, turn, str(hands.get(palm, entry.hand))] = full
    alone = Strangers(
        np.concatenate([row for row, _, _ in single]),
        np.concatenate([np.full(len(row), me) for row, me, _ in single]),
        np.concatenate([others for _, _, others in single]),
        len(names),
    )
    return alone, _both(rows, owners, sides, len(names))


def _both(
    rows: dict[tuple[int, int, str], NDArray[np.float64]],
    owners: NDArray[np.intp],
    sides: NDArray[np.str_],
    persons: int,
) -> Strangers:
    """Left with left and right with right, of two persons, summed as Stouffer does."""
    left = {owners[n]: n for n in np.flatnonzero(sides == "left")}
    right = {owners[n]: n for n in np.flatnonzero(sides == "right")}
    pairs = sorted(set(left) & set(right))
    at_left, at_right = [left[p] for p in pairs], [right[p] for p in pairs]
    found, mine, theirs = [], [], []
    for (me, turn, side), row in rows.items():
        other = rows.get((me, turn, "right"))
        if side != "left" or other is None:
            continue
        both = (row[at_left] + other[at_right]) / np.sqrt(2)
        keep = np.array(pairs) != me
        found.append(both[keep])
        mine.append(np.full(keep.sum(), me))
        theirs.append(np.array(pairs)[keep])
    empty = np.empty(0, np.intp)
    return Strangers(
        np.concatenate([np.empty(0), *found]),
        np.concatenate([empty, *mine]).astype(np.intp),
        np.concatenate([empty, *theirs]).astype(np.intp),
        persons,
    )


def fitted(strangers: Strangers) -> tuple[float, float]:
    """Mean and deviation of the normal law that has the lower tail's quantiles."""
    shares = np.logspace(-1, np.log10(20 / len(strangers.deviates)), 20)
    seen = np.quantile(strangers.deviates, shares)
    expected = np.interp(np.log(shares), _TAIL, _GRID)
    slope, level = np.polyfit(expected, seen, 1)
    return float(level), float(slope)


def table(title: str, strangers: Strangers, fit: tuple[float, float], seed: int) -> Table:
    """Claimed against observed, by the shipped numbers and by a fit to other people."""
    limits = np.interp(np.log(CLAIMS), _TAIL, _GRID)
    shipped = strangers.observed(limits, seed)
    other = strangers.observed(fit[0] + fit[1] * limits, seed)
    shown = Table("claimed", "observed, as shipped", "95 %", "observed, fitted elsewhere", "95 %")
    shown.title = f"{title}: {len(strangers.deviates):,} non-mated comparisons"
    for claim, one, two in zip(CLAIMS, shipped, other, strict=True):
        if claim * len(strangers.deviates) < 1:
            break
        cells = [f"{one[0]:.1e}", f"{one[1]:.0e} … {one[2]:.0e}"]
        shown.add_row(f"{claim:.0e}", *cells, f"{two[0]:.1e}", f"{two[1]:.0e} … {two[2]:.0e}")
    return shown


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.calibration", description=__doc__)
    options.add_argument("manifest", type=Path)
    options.add_argument("--against", type=Path)
    options.add_argument("--probes", type=int, default=3)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    console = Console()
    alone, both = compared(chosen.manifest, chosen.probes)
    half = np.random.default_rng(chosen.seed).permutation(alone.persons) % 2 == 0
    fit = fitted(alone.among(half))
    mean = MATCHING.stranger_mean + fit[0] * MATCHING.stranger_deviation
    console.print(
        f"Fitted to one half of the persons: mean {mean:.4f}, deviation "
        f"{fit[1] * MATCHING.stranger_deviation:.4f}; shipped {MATCHING.stranger_mean:.4f}, "
        f"{MATCHING.stranger_deviation:.4f}"
    )
    console.print(table("The other half", alone.among(~half), fit, chosen.seed))
    if len(both.deviates):
        left_right = table("Both palms, all persons", both, fit, chosen.seed)
        console.print(left_right)
    if chosen.against:
        other, _ = compared(chosen.against, chosen.probes)
        console.print(table(f"{chosen.against.name}", other, fit, chosen.seed))


if __name__ == "__main__":
    main()
