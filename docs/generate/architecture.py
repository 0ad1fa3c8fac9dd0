"""The architecture: packages and the imports between them, read from the code and drawn as SVG."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
ROW, BOX, TOP, WIDTH, ASIDE = 62, (150, 40), 12, 880, 300
COLUMNS: dict[int, tuple[float, ...]] = {
    1: (0,),
    2: (-1, 1),
    3: (-1, 0, 1),
    4: (-1, -1 / 3, 1 / 3, 1),
}
GROUND = 2
"""So many rows, from the bottom, are imported by all above; arrows to them say nothing."""

Place = tuple[float, int]
"""Column and row."""

Edge = tuple[str, str]
"""Who imports, and who is imported."""

HEAD = """# Architecture

Imports run downward only; `make lint` fails on one that does not. The picture is drawn from the
code: a box is a package of `thenar` with its number of modules, an arrow an import. An arrow is
left out where a longer way down says the same, and where it leads to the ground floor.

"""

TAIL = """
The two programs, `device` and `cloud`, meet only in `messages`, what they say to each other, and
in `client`, how a device says it. `capture`, `signature` and `matching` know nothing of each
other, so that a plugin can bring another signature or another matcher. Beside the layers stand
`builtin`, the providers that Thenar brings itself, and `testing`, for the tests of plugins. The
shipped plugins import only what is promised to everybody: `thenar`, `thenar.records`,
`thenar.protocols`, `thenar.errors` and `thenar.testing`.

`import thenar` loads neither numpy nor OpenCV; each command imports what it needs when it is
called.
"""


def layers() -> list[list[str]]:
    """Rows of packages, from the top, as the import contract says."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contract = next(one for one in tools["importlinter"]["contracts"] if one["type"] == "layers")
    return [[name.strip() for name in row.split(":")] for row in contract["layers"]]


def imports() -> tuple[dict[str, int], set[tuple[str, str]]]:
    """Package → number of modules; and who imports whom."""
    graph = grimp.build_graph("thenar", exclude_type_checking_imports=True)
    names = {name for row in layers() for name in row}
    packages = {name: 1 + len(graph.find_descendants(f"thenar.{name}")) for name in names}
    edges = set()
    for module in graph.modules:
        above = _package(module)
        for imported in graph.find_modules_directly_imported_by(module):
            below = _package(imported)
            if above in names and below in names and above != below:
                edges.add((above, below))
    return packages, edges


def _package(module: str) -> str:
    """The first name below ``thenar``; empty for ``thenar`` itself."""
    return module.partition(".")[2].partition(".")[0]


def needed(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges that no longer way says as well."""

    def reaches(start: str, end: str, without: tuple[str, str]) -> bool:
        seen, todo = {start}, [start]
        while todo:
            here = todo.pop()
            for above, below in edges:
                if above == here and (above, below) != without and below not in seen:
                    seen.add(below)
                    todo.append(below)
        return end in seen

    return {edge for edge in edges if not reaches(*edge, without=edge)}


def picture() -> str:
    """The SVG."""
    rows, (packages, edges) = layers(), imports()
    place = {
        name: (column, depth)
        for depth, row in enumerate(rows)
        for column, name in zip(COLUMNS[len(row)], row, strict=True)
    }
    ground = {name for row in rows[-GROUND:] for name in row}
    arrows = needed({edge for edge in edges if not ground & set(edge)})
    height = TOP + len(rows) * ROW
    floor = TOP + (len(rows) - GROUND) * ROW - (ROW - BOX[1]) / 2
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img" '
        'xmlns="http://www.w3.org/2000/svg" aria-label="Packages of Thenar and their imports">',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
        f'<path class="arrow" stroke-dasharray="4 4" d="M8 {floor:.0f}H{WIDTH - 8}"/>',
        f'<text class="small" x="{WIDTH - 8}" y="{floor + 14:.0f}" text-anchor="end" '
        'font-size="11">the ground floor: all above import it</text>',
    ]
    parts += _arrows(place, arrows)
    for name, (column, depth) in place.items():
        x, y = _corner(column, depth)
        modules = f"{packages[name]} modules" if packages[name] > 1 else "one module"
        middle = x + BOX[0] // 2
        parts.append(
            f'<rect class="box" x="{x}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="6"/>'
            f'<text x="{middle}" y="{y + 18}" text-anchor="middle" font-size="15">{name}</text>'
            f'<text class="small" x="{middle}" y="{y + 33}" text-anchor="middle" '
            f'font-size="11">{modules}</text>'
        )
    return "\n".join([*parts, "</svg>"])


def _corner(column: float, depth: int) -> tuple[int, int]:
    """Left and top of a box; columns run from −1 to 1."""
    return WIDTH // 2 + round(column * ASIDE) - BOX[0] // 2, TOP + depth * ROW


def _arrows(place: Mapping[str, Place], edges: Iterable[Edge]) -> Iterator[str]:
    """Neighbours by a straight line; others by a lane between or beside the columns."""
    taken: dict[int, list[tuple[int, range]]] = defaultdict(list)
    for above, below in sorted(edges, key=lambda edge: (place[edge[0]][1], edge)):
        start, end = place[above], place[below]
        if end[1] - start[1] == 1:
            (x, y), (to_x, to_y) = _corner(*start), _corner(*end)
            path = f"M{x + BOX[0] // 2} {y + BOX[1]}L{to_x + BOX[0] // 2} {to_y}"
        else:
            side = start[0] or end[0] or 1
            beside = start[0] == end[0] != 0
            street, rows = 2 * side if beside else side, range(start[1], end[1] + 1)
            lane = next(
                lane
                for lane in count()
                if all(
                    used != lane or not set(rows) & set(others) for used, others in taken[street]
                )
            )
            taken[street].append((lane, rows))
            path = _by_lane(start, end, side, beside=beside, lane=lane)
        yield f'<path class="arrow" d="{path}" marker-end="url(#head)"/>'


def _by_lane(start: Place, end: Place, side: int, *, beside: bool, lane: int) -> str:
    half, shift = BOX[0] // 2, 4 * lane - 6
    centres = [_corner(*place)[0] + half for place in (start, end)]
    if beside:
        x = centres[0] + side * (half + 16 + 14 * lane)
    else:
        x = WIDTH // 2 + side * (half + 18 + 14 * lane)
    ends = [centre + (half if x > centre else -half) for centre in centres]
    top, bottom = (_corner(*place)[1] + BOX[1] // 2 + shift for place in (start, end))
    out, back = (8 if x > ends[0] else -8), (8 if ends[1] > x else -8)
    return (
        f"M{ends[0]} {top}H{x - out}Q{x} {top} {x} {top + 8}"
        f"V{bottom - 8}Q{x} {bottom} {x + back} {bottom}H{ends[1]}"
    )


def page() -> str:
    """The page."""
    drawn = f'<div class="architecture">\n{picture()}\n</div>'
    return f"{HEAD}```{{raw}} html\n{drawn}\n```\n{TAIL}"
