"""What several captures are worth: one reference, several fused into one, or several kept.

python -m bench.captures palms.csv [--palms 150] [--probes 3]

Rows are ways to enrol, and a probe of several captures; figures are percentiles of
the mates' log10 false-match rate (lower is better), the nearest stranger's, and the
bytes a palm takes.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from thenar import evaluation
from thenar.errors import ThenarError
from thenar.evaluation.images import crop_image
from thenar.evaluation.manifest import Entry
from thenar.matching import NumpyMatcher
from thenar.records import PalmCrop, Signature
from thenar.signature import BlockCode

Crops = dict[str, list[PalmCrop]]
MAKER = BlockCode()
WAYS: dict[str, Callable[[Sequence[PalmCrop]], list[Signature]]] = {
    "one capture": lambda crops: [MAKER.make(crops[:1])],
    "all captures fused": lambda crops: [MAKER.make(crops)],
    "all captures kept": lambda crops: [MAKER.make([crop]) for crop in crops],
}


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.captures", description=__doc__)
    options.add_argument("manifest", type=Path)
    options.add_argument("--palms", type=int, default=150)
    options.add_argument("--probes", type=int, default=3)
    chosen = options.parse_args()
    manifest = evaluation.read_manifest(chosen.manifest)
    palms = list(dict.fromkeys(entry.palm for entry in manifest.enrol))
    palms = palms[:: max(1, len(palms) // chosen.palms)][: chosen.palms]
    enrolled, presented = (
        _crops([entry for entry in entries if entry.palm in palms])
        for entries in (manifest.enrol, manifest.probes)
    )
    table = Table(
        "enrolled", "presented", "mates 50 %", "90 %", "99 %", "worst", "stranger", "bytes"
    )
    table.title = f"{manifest.path.name}: {len(palms)} palms"
    for name, make in WAYS.items():
        single = {
            palm: [[crop] for crop in some[: chosen.probes]] for palm, some in presented.items()
        }
        table.add_row(name, "one capture", *_row(enrolled, single, make))
    several = {palm: [some[: chosen.probes]] for palm, some in presented.items()}
    fused = "all captures fused"
    table.add_row(fused, f"{chosen.probes} captures fused", *_row(enrolled, several, WAYS[fused]))
    Console().print(table)


def _crops(entries: Sequence[Entry]) -> Crops:
    found: Crops = defaultdict(list)
    for entry in track(entries, "Reading"):
        try:
            found[entry.palm].append(crop_image(entry))
        except ThenarError:
            continue
    return found


def _row(
    enrolled: Crops,
    presented: dict[str, list[list[PalmCrop]]],
    make: Callable[[Sequence[PalmCrop]], list[Signature]],
) -> list[str]:
    references = [(palm, each) for palm, crops in enrolled.items() for each in make(crops)]
    owners = np.array([palm for palm, _ in references])
    gallery = NumpyMatcher().gallery()
    gallery.add((number, each) for number, (_, each) in enumerate(references))
    mates, strangers = [], []
    for palm, attempts in track(presented.items(), "Comparing"):
        for crops in attempts:
            numbers, rates = gallery.score(MAKER.probe(crops))
            own = owners[numbers] == palm
            if own.any():
                mates.append(np.log10(rates[own].min()))
                strangers.append(np.log10(rates[~own].min()))
    size = sum(each.bits.nbytes + each.mask.nbytes for _, each in references) / len(enrolled)
    figures = [f"{value:.1f}" for value in np.percentile(mates, (50, 90, 99, 100))]
    return [*figures, f"{min(strangers):.1f}", f"{size:,.0f}"]


if __name__ == "__main__":
    main()
