"""The threat model: the data flow drawn, each threat with the tests that show its defence."""

import textwrap
import tomllib
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("threats.toml")
STRIDE = {
    "S": "Spoofing",
    "T": "Tampering",
    "R": "Repudiation",
    "I": "Information disclosure",
    "D": "Denial of service",
    "E": "Elevation of privilege",
}
COLUMN, ROW, BOX, TOP, LEFT = 236, 104, (148, 52), 56, 44

HEAD = """# Threat model

STRIDE over the flow of data. Boxes with round corners are programs of Thenar, cylinders are what
it keeps, the others are people and systems that are not Thenar's; a dashed frame is a border of
trust. Every flow that crosses one is numbered, and below each are its threats, the defence, and
the tests that show the defence at work: a test of the documentation fails when a named test is
not there. What a defence does not cover is said beneath it.

"""


def model() -> dict[str, Any]:
    """As written in ``threats.toml``."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def picture(told: dict[str, Any]) -> str:
    """The data flow as SVG."""
    rows = 1 + max(node["row"] for node in told["node"])
    width, height = LEFT + COLUMN * len(told["zone"]), TOP + rows * ROW
    parts = [
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" '
        'xmlns="http://www.w3.org/2000/svg" aria-label="Data flow between people, programs and '
        'stores, with borders of trust">',
        '<defs><marker id="flow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
    ]
    for zone in told["zone"]:
        x = LEFT / 2 + zone["column"] * COLUMN
        parts.append(
            f'<rect class="arrow" stroke-dasharray="5 5" x="{x + 6:.0f}" y="6" '
            f'width="{COLUMN - 12}" height="{height - 12}" rx="10"/>'
        )
        for number, line in enumerate(textwrap.wrap(zone["title"], 30)):
            parts.append(
                f'<text class="small" x="{x + COLUMN / 2:.0f}" y="{24 + 14 * number}" '
                f'text-anchor="middle" font-size="12">{line}</text>'
            )
    place = {node["name"]: _centre(told, node) for node in told["node"]}
    parts += [_arrow(flow, place) for flow in told["flow"]]
    parts += [_box(node, *place[node["name"]]) for node in told["node"]]
    parts += [_label(flow, place) for flow in told["flow"]]
    return "\n".join([*parts, "</svg>"])


def _centre(told: dict[str, Any], node: dict[str, Any]) -> tuple[float, float]:
    column = next(zone["column"] for zone in told["zone"] if zone["name"] == node["zone"])
    return LEFT / 2 + (column + 0.5) * COLUMN, TOP + (node["row"] + 0.5) * ROW


def _box(node: dict[str, Any], x: float, y: float) -> str:
    left, top = x - BOX[0] / 2, y - BOX[1] / 2
    lines, down = textwrap.wrap(node["title"], 18), 6 if node["kind"] == "store" else 0
    text = "".join(
        f'<text x="{x:.0f}" y="{y + 5 + down + 16 * (number - (len(lines) - 1) / 2):.0f}" '
        f'text-anchor="middle" font-size="14">{line}</text>'
        for number, line in enumerate(lines)
    )
    if node["kind"] == "store":
        right, low = left + BOX[0], top + BOX[1]
        shape = (
            f'<path class="box" d="M{left:.0f} {top + 7:.0f}V{low - 7:.0f}A{BOX[0] / 2:.0f} 7 0 0 '
            f"0 {right:.0f} {low - 7:.0f}V{top + 7:.0f}A{BOX[0] / 2:.0f} 7 0 0 0 {left:.0f} "
            f"{top + 7:.0f}A{BOX[0] / 2:.0f} 7 0 0 0 {right:.0f} {top + 7:.0f}"
            '"/>'
        )
    else:
        corner = 18 if node["kind"] == "process" else 2
        shape = (
            f'<rect class="box" x="{left:.0f}" y="{top:.0f}" width="{BOX[0]}" height="{BOX[1]}" '
            f'rx="{corner}"/>'
        )
    return shape + text


def _ends(
    flow: dict[str, Any], place: dict[str, tuple[float, float]]
) -> tuple[float, float, float, float]:
    """Where an arrow leaves one box and meets the other."""
    (x, y), (to_x, to_y) = place[flow["from"]], place[flow["to"]]
    if x == to_x:
        side = 1 if to_y > y else -1
        return x, y + side * BOX[1] / 2, to_x, to_y - side * BOX[1] / 2
    side = 1 if to_x > x else -1
    spread = max(-18.0, min(18.0, (y - to_y) * 0.12))
    back = max(-18.0, min(18.0, (to_y - y) * 0.12))
    return x + side * BOX[0] / 2, y + back, to_x - side * BOX[0] / 2, to_y + spread


def _skips(flow: dict[str, Any], place: dict[str, tuple[float, float]]) -> bool:
    """Whether an arrow must go round a box in its own column."""
    (x, y), (to_x, to_y) = place[flow["from"]], place[flow["to"]]
    return x == to_x and abs(to_y - y) > ROW


def _arrow(flow: dict[str, Any], place: dict[str, tuple[float, float]]) -> str:
    x, y, to_x, to_y = _ends(flow, place)
    path = f"M{x:.0f} {y:.0f}L{to_x:.0f} {to_y:.0f}"
    if _skips(flow, place):
        x, y = place[flow["from"]][0] + BOX[0] / 2, place[flow["from"]][1] + 16
        to_y = place[flow["to"]][1]
        path = f"M{x:.0f} {y:.0f}C{x + 44:.0f} {y:.0f} {x + 44:.0f} {to_y:.0f} {x:.0f} {to_y:.0f}"
    return f'<path class="arrow" d="{path}" marker-end="url(#flow)"/>'


def _label(flow: dict[str, Any], place: dict[str, tuple[float, float]]) -> str:
    x, y, to_x, to_y = _ends(flow, place)
    middle = (x + to_x) / 2, (y + to_y) / 2
    if _skips(flow, place):
        middle = x + BOX[0] / 2 + 33, (place[flow["from"]][1] + place[flow["to"]][1]) / 2
    return (
        f"<g><title>{flow['name']}: {flow['what']}</title>"
        f'<circle class="box" cx="{middle[0]:.0f}" cy="{middle[1]:.0f}" r="13"/>'
        f'<text x="{middle[0]:.0f}" y="{middle[1] + 4:.0f}" text-anchor="middle" '
        f'font-size="11">{flow["name"]}</text></g>'
    )


def page() -> str:
    """The page."""
    told = model()
    titles = {node["name"]: node["title"] for node in told["node"]}
    parts = [HEAD, f'```{{raw}} html\n<div class="architecture">\n{picture(told)}\n</div>\n```\n']
    for flow in told["flow"]:
        way = f"{titles[flow['from']]} → {titles[flow['to']]}"
        parts.append(f"\n## {flow['name']}: {way}\n\n{flow['what'].capitalize()}.\n")
        parts += [_threat(one) for one in told["threat"] if one["flow"] == flow["name"]]
    parts.append(_counts(told))
    return "\n".join(parts)


def _threat(threat: dict[str, Any]) -> str:
    tests = ", ".join(f"`{name}`" for name in threat["tests"])
    lines = [f"**{STRIDE[threat['kind']]}.** {threat['what']}", f": {threat['defence']}"]
    if "left" in threat:
        lines.append(f"\n  *Left*: {threat['left']}")
    return "\n".join([*lines, f"\n  Shown by {tests}.\n"])


def _counts(told: dict[str, Any]) -> str:
    kinds = [threat["kind"] for threat in told["threat"]]
    counted = ", ".join(f"{name.lower()} {kinds.count(kind)}" for kind, name in STRIDE.items())
    tests = {name for threat in told["threat"] for name in threat["tests"]}
    return f"\n{len(kinds)} threats ({counted}), {len(tests)} tests.\n"
