"""The HTTP API, from the OpenAPI document that the secure service publishes."""

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from generate.docstrings import as_myst, cell
from thenar import messages
from thenar.cloud.app import create_app
from thenar.cloud.services import Services
from thenar.cloud.settings import CloudSettings
from thenar.matching import NumpyMatcher
from thenar.signature import BlockCode

from . import docstrings

HEAD = """# HTTP API

What the secure service answers, from its own OpenAPI document; a running service serves that
document at `/openapi.json`. Devices sign each request with the key of their activation, and
{py:class}`thenar.client.DeviceClient` does all of it. Every reply carries a request id; an error
is a problem document (RFC 9457) whose `code` is one of [](errors.md). A write takes an
`Idempotency-Key`: repeated with the same key it happens once.

"""


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    with tempfile.TemporaryDirectory() as folder:
        services = Services(signature=BlockCode(), matcher=NumpyMatcher())
        app = create_app(CloudSettings(folder=Path(folder)), services)
        made: dict[str, Any] = json.loads(json.dumps(app.openapi()))
        app.state.service.close()
    return made


def operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Each operation as (tag, method, path, what OpenAPI says)."""
    found = [
        (said.get("tags", ["other"])[0], method.upper(), path, said)
        for path, methods in document()["paths"].items()
        for method, said in methods.items()
    ]
    order = list(dict.fromkeys(tag for tag, *_ in found))
    yield from sorted(found, key=lambda one: order.index(one[0]))


def page() -> str:
    """The page."""
    parts = []
    for tag, several in groupby(operations(), key=lambda one: one[0]):
        parts.append(f"## {tag.capitalize()}\n")
        parts += [_operation(method, path, said) for _, method, path, said in several]
    parts.append("## Messages\n")
    parts += [_message(name) for name in sorted(document()["components"]["schemas"])]
    return HEAD + "\n".join(parts)


def _operation(method: str, path: str, said: dict[str, Any]) -> str:
    text = as_myst(said.get("description") or said["summary"])
    lines = [f"### {method} {path}", "", text, ""]
    for one in said.get("parameters", []):
        needed = "" if one.get("required") else ", optional"
        lines.append(f"- `{one['name']}` ({one['in']}{needed})")
    if body := said.get("requestBody"):
        for kind, content in body["content"].items():
            lines.append(f"- body: {_type(content['schema'])} (`{kind}`)")
    for status, reply in said["responses"].items():
        answers = reply.get("content", {}).values() if status != "422" else ()
        lines += [f"- answer {status}: {_type(one.get('schema', {}))}" for one in answers]
    return "\n".join(lines) + "\n"


def _message(name: str) -> str:
    schema = document()["components"]["schemas"][name]
    cls = getattr(messages, name, None)
    text = docstrings.text_of(cls) if cls else as_myst(schema.get("description", ""))
    meanings = docstrings.attributes_of(cls) if cls else {}
    lines = [f"(message-{name.lower()})=", f"### {name}", "", text, ""]
    if values := schema.get("enum"):
        lines.append("One of " + ", ".join(f"`{value}`" for value in values) + ".")
    if fields := schema.get("properties"):
        lines += ["| field | type | meaning |", "|---|---|---|"]
        for field, inner in fields.items():
            needed = "" if field in schema.get("required", ()) else ", optional"
            meaning = cell(meanings.get(field, ""))
            lines.append(f"| `{field}` | {_type(inner)}{needed} | {meaning} |")
    return "\n".join(lines) + "\n"


def _type(schema: dict[str, Any]) -> str:
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return f"[{name}](#message-{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_type(one) for one in schema[several]))
    if schema.get("type") == "array":
        return f"array of {_type(schema.get('items', {}))}"
    if values := schema.get("enum"):
        return " or ".join(f"`{value}`" for value in values)
    if "const" in schema:
        return f"`{schema['const']}`"
    return str(schema.get("format") or schema.get("type", "anything"))
