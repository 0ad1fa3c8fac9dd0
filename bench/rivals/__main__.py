"""All rivals and Thenar's own signature on one manifest, as one table.

python -m bench.rivals palms.csv [--only NAME ...] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bench.rivals import plugin
from rich.console import Console
from rich.table import Table

from thenar import evaluation
from thenar.evaluation.summary import Line, lines
from thenar.registry import Installed, Registry
from thenar.settings import Settings


def main() -> None:
    names = [rival.name for rival in plugin.RIVALS]
    options = argparse.ArgumentParser(prog="python -m bench.rivals", description=__doc__)
    options.add_argument("manifest", type=Path)
    options.add_argument(
        "--only", nargs="+", choices=[*names, "thenar"], default=[*names, "thenar"]
    )
    options.add_argument("--json", type=Path)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()

    also = [Installed.of(plugin, name="rivals")]
    manifest = evaluation.read_manifest(chosen.manifest)
    found = []
    with Registry.load(Settings(), plugins=False, also=also) as registry:
        for name in chosen.only:
            own = None if name == "thenar" else name
            maker, matcher = registry.driver("signature", own), registry.driver("matcher", own)
            found.append(evaluation.evaluate(manifest, maker, matcher, seed=chosen.seed))
    Console().print(_table(found))
    if chosen.json:
        documents = [evaluation.as_document(one) for one in found]
        chosen.json.write_text(json.dumps(documents, indent=2) + "\n", encoding="utf-8")


def _table(found: list[evaluation.Evaluation]) -> Table:
    title = f"{found[0].manifest.path.name}; in brackets 95 % intervals"
    shown = ("EER", "FNMR at FMR 1e-3", "FNMR at FMR 1e-4", "FNMR at FMR 1e-5", "FRR at FAR 1e-4",
             "Rank-1", "One image", "One comparison")  # fmt: skip
    table = Table("", *shown, title=title)
    for one in found:
        named = {line.name: line for line in lines(one)}
        table.add_row(one.algorithm, *(_cell(named[name]) for name in shown))
    return table


def _cell(line: Line) -> str:
    return f"{line.value}\n[dim]({line.interval})[/]" if line.interval else line.value


if __name__ == "__main__":
    main()
