"""How searches grow with the gallery: ``python -m bench.growth [--draw] [PALMS...]``.

Runs ``thenar bench matching`` for each number of palms, a process each, keeps the figures in
``bench/figures/matching.json``, draws ``docs/_static/matching-growth.png`` and prints the table of
the documentation. With ``--draw`` it only draws and prints what was kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

FIGURES = Path("bench/figures/matching.json")
PICTURE = Path("docs/_static/matching-growth.png")
SIZES, QUERIES, FULL = (10_000, 100_000, 1_000_000), 1000, 2_000_000
Found = Mapping[str, Any]
BLUE, RED, GREY = "#1b6f8a", "#c0603c", "#777777"


def measured(palms: int) -> Found:
    """The figures of one size, from a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "found.json")
        options = {"--palms": palms, "--queries": QUERIES, "--comparisons": FULL, "--json": file}
        given = [str(word) for pair in options.items() for word in pair]
        program = [Path(sys.executable).with_name("thenar"), "bench", "matching", *given]
        subprocess.run(program, check=True)
        found: Found = json.loads(file.read_text())
        return found


def table(runs: Sequence[Found]) -> Iterator[str]:
    """Rows in Markdown."""
    yield "| palms | " + " | ".join(f"{one['palms']:,}" for one in runs) + " |"
    yield "|---" * (len(runs) + 1) + "|"
    rows = {
        "a search: median, 99 of 100 within": lambda f: f"{f['p50_ms']:.0f}, {f['p99_ms']:.0f} ms",
        "… of the enrolled": lambda f: f"{f['mated_p50_ms']:.0f}, {f['mated_p99_ms']:.0f} ms",
        "… of strangers": lambda f: f"{f['stranger_p50_ms']:.0f}, {f['stranger_p99_ms']:.0f} ms",
        "processor time of a search, mean": lambda f: f"{f['processor_ms']:.0f} ms",
        "searches a second": lambda f: f"{f['queries_per_second']:.1f}",
        "recall at rank 1": lambda f: (
            f"{f['recall_at_1']:.2%}, {f['recall_lost']} of {f['recall_judged']} lost"
        ),
        "first as when comparing all": lambda f: (
            f"{f['exhaustive_agree_at_1']:.1%} of {f['exhaustive_queries']}"
        ),
        "mate first": lambda f: f"{f['rank1']:.2%}",
        "FNIR, FPIR at 1e-5": lambda f: _errors(f, 1e-5),
        "FNIR, FPIR at 1e-6": lambda f: _errors(f, 1e-6),
        "FNIR, FPIR at 1e-7": lambda f: _errors(f, 1e-7),
        "a stranger's best rate, median": lambda f: f"{f['stranger_median_rate']:.0e}",
        "memory a palm": lambda f: f"{f['bytes_per_palm']:,.0f} bytes",
        "enrolling": lambda f: f"{f['build_seconds']:.1f} s",
        "FAISS over all alignments": lambda f: f"{f['faiss_p50_ms'] / 1000:.1f} s",
        "searches a second against FAISS's": lambda f: f"{f['times_faiss']:,.0f} times",
    }
    for name, each in rows.items():
        yield f"| {name} | " + " | ".join(each(one) for one in runs) + " |"


def _errors(found: Found, threshold: float) -> str:
    at = found["threshold"].index(threshold)
    return f"{found['fnir'][at]:.2%}, {found['fpir'][at]:.0%}"


def law(runs: Sequence[Found], key: str) -> tuple[float, float]:
    """Milliseconds that any search takes, and more for every million palms."""
    palms = np.array([one["palms"] for one in runs]) / 1e6
    slope, fixed = np.polyfit(palms, [one[key] for one in runs], 1)
    return float(fixed), float(slope)


def draw(runs: Sequence[Found]) -> None:
    """Time, and errors, on logarithmic axes."""
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, (time, error) = plt.subplots(1, 2, figsize=(10.5, 4.4), constrained_layout=True)
    palms = np.array([one["palms"] for one in runs])
    smooth = np.geomspace(palms[0], palms[-1], 60)
    for key, label, colour in (
        ("mated_p50_ms", "enrolled, median", BLUE),
        ("stranger_p50_ms", "stranger, median", RED),
    ):
        time.plot(palms, [one[key] for one in runs], "o", color=colour, label=label)
        fixed, slope = law(runs, key)
        words = f"{fixed:.0f} ms + {slope:.0f} ms a million"
        time.plot(smooth, fixed + slope * smooth / 1e6, "-", lw=1, color=colour, label=words)
    time.plot(palms, [one["faiss_p50_ms"] for one in runs], "s--", color=GREY, label="FAISS, all")
    time.set(ylabel="ms a search", title="Time")
    for threshold, marker in ((1e-5, "o"), (1e-6, "s"), (1e-7, "^")):
        at = runs[0]["threshold"].index(threshold)
        for key, colour in (("fnir", BLUE), ("fpir", RED)):
            values = [one[key][at] or np.nan for one in runs]
            label = f"{key.upper()} at {threshold:.0e}"
            error.plot(palms, values, marker + "-", color=colour, label=label, ms=5, lw=1)
        law_of_many = 1 - (1 - threshold) ** smooth
        error.plot(smooth, law_of_many, ":", color=RED, lw=1)
    lost = [1 - one["recall_at_1"] or np.nan for one in runs]
    error.plot(palms, lost, "D", color=GREY, label="mates lost by the search order")
    error.set(ylabel="share", title="Errors; dotted: 1 − (1 − rate) to the power of palms")
    error.set_ylim(5e-4, 1.3)
    for panel in (time, error):
        panel.set(xscale="log", yscale="log", xlabel="palms")
        panel.legend(fontsize=7.5, frameon=False, ncols=2 if panel is error else 1)
        panel.spines[["top", "right"]].set_visible(False)
    figure.savefig(PICTURE, dpi=110)


def main(given: Sequence[str]) -> None:
    """Measure, keep, draw, print."""
    kept = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    sizes = [int(word) for word in given if word != "--draw"]
    for palms in [] if "--draw" in given else sizes or SIZES:
        kept[str(palms)] = measured(palms)
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(kept, indent=1) + "\n")
    runs = sorted(kept.values(), key=lambda found: found["palms"])
    print("\n".join(table(runs)))
    draw(runs)


if __name__ == "__main__":
    main(sys.argv[1:])
