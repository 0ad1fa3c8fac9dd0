"""The architecture: packages and the imports between them, read from the code and drawn as SVG."""

import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
ROW, BOX, LEFT, WIDTH = 64, (168, 40), 20, 880

HEAD = """# Architecture

Imports run downward only; `make lint` fails on one that does not. The picture is drawn from the
code: a box is a package of `thenar` with its number of modules, an arrow an import. An arrow is
left out where a longer way down says the same.

"""

TAIL = """
The two programs, `device` and `cloud`, meet only in `messages`, what they say to each other, and
in `client`, how a device says it. `capture`, `signature` and `matching` know nothing of each other:
each can be replaced by a plugin. Beside the layers stand `builtin`, the providers that Thenar
brings itself, and `testing`, for the tests of plugins. The shipped plugins import only what is
promised to everybody: `thenar`, `thenar.records`, `thenar.protocols`, `thenar.errors` and
`thenar.testing`.

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
    place = {}
    for depth, row in enumerate(rows):
        gap = (WIDTH - len(row) * BOX[0]) / (len(row) + 1)
        for column, name in enumerate(row):
            place[name] = (gap + column * (BOX[0] + gap), LEFT + depth * ROW)
    height = LEFT + len(rows) * ROW
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img" '
        'xmlns="http://www.w3.org/2000/svg" aria-label="Packages of Thenar and their imports">',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
    ]
    depth_of = {name: depth for depth, row in enumerate(rows) for name in row}
    for index, (above, below) in enumerate(sorted(needed(edges))):
        parts.append(_arrow(place[above], place[below], depth_of[below] - depth_of[above], index))
    for name, (x, y) in place.items():
        modules = f"{packages[name]} modules" if packages[name] > 1 else "one module"
        middle = x + BOX[0] / 2
        parts.append(
            f'<rect class="box" x="{x:.0f}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="6"/>'
            f'<text x="{middle:.0f}" y="{y + 18}" text-anchor="middle" font-size="15">{name}</text>'
            f'<text class="small" x="{middle:.0f}" y="{y + 33}" text-anchor="middle" '
            f'font-size="11">{modules}</text>'
        )
    return "\n".join([*parts, "</svg>"])


def _arrow(above: tuple[float, int], below: tuple[float, int], rows: int, index: int) -> str:
    """A line between neighbours; a bow around what lies between them otherwise."""
    start = (above[0] + BOX[0] / 2, above[1] + BOX[1])
    end = (below[0] + BOX[0] / 2, below[1])
    if rows == 1:
        path = f"M{start[0]:.0f} {start[1]} L{end[0]:.0f} {end[1]}"
    else:
        side = -1 if index % 2 else 1
        bow = side * (BOX[0] / 2 + 14 * rows)
        start = (start[0] + side * (BOX[0] / 2 - 12), start[1])
        end = (end[0] + side * (BOX[0] / 2 - 12), end[1])
        path = (
            f"M{start[0]:.0f} {start[1]} C{start[0] + bow / 2:.0f} {start[1] + 30} "
            f"{end[0] + bow / 2:.0f} {end[1] - 30} {end[0]:.0f} {end[1]}"
        )
    return f'<path class="arrow" d="{path}" marker-end="url(#head)"/>'


def page() -> str:
    """The page."""
    drawn = f'<div class="architecture">\n{picture()}\n</div>'
    return f"{HEAD}```{{raw}} html\n{drawn}\n```\n{TAIL}"
