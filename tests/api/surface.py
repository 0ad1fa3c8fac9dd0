"""The promised surface, without words and places, so that it can be kept and compared.

``python tests/api/surface.py`` writes the surface of this checkout beside this file. That is
done once for each release; what the last one promised, later ones must keep. griffe looks at
the sources; constructors of records, which attrs writes, are looked at as they are.
"""

import inspect
import json
import sys
from importlib import import_module
from pathlib import Path

import griffe

PROMISED = (
    "hookspecs",
    "records",
    "protocols",
    "errors",
    "testing.contracts",
    "testing.fixtures",
    "testing.pytest_plugin",
    "testing.simulated",
    "testing.world",
)
"""Modules below ``thenar`` whose public names are promised; ``thenar`` itself has three."""

KEPT = Path(__file__).with_name("surface-0.1.json")
_LEFT_OUT = {
    *("docstring", "endlineno", "decorators", "labels", "git_info"),
    *("relative_filepath", "relative_package_filepath", "source_link", "runtime", "analysis"),
    *("public", "inherited", "imports", "exports", "deprecated", "is_public", "path"),
}
_FORGOTTEN = {"lineno": 0, "filepath": "", "returns": None, "annotation": None}


def current():
    """The package as griffe reads it."""
    return griffe.load("thenar", submodules=True)


def dumped(module):
    """One module as plain data, its private names left out.

    Values count where they are promised: codes of errors, words of enumerations. In
    what is for tests they do not.
    """
    forgotten = dict(_FORGOTTEN)
    if module.path.startswith("thenar.testing"):
        forgotten["value"] = None
    return _pruned(json.loads(module.as_json()), forgotten)


def _pruned(node, forgotten):
    if isinstance(node, dict):
        kept = {
            k: forgotten[k] if k in forgotten else _pruned(v, forgotten)
            for k, v in node.items()
            if k not in _LEFT_OUT
        }
        if isinstance(node.get("members"), dict):
            kept["members"] = {
                name: one
                for name, one in kept["members"].items()
                if one.get("kind") != "alias" and (name[0] != "_" or name == "__init__")
            }
        return kept
    return [_pruned(one, forgotten) for one in node] if isinstance(node, list) else node


def names():
    """Module → its public names, those that it takes from elsewhere included."""
    return {name: _names(import_module(f"thenar.{name}")) for name in PROMISED}


def _names(module):
    own = [w for w, one in vars(module).items() if w[0] != "_" and _is_own(one, module)]
    return sorted(getattr(module, "__all__", own))


def _is_own(one, module):
    defined = getattr(one, "__module__", module.__name__)
    return defined.startswith("thenar.") and not inspect.ismodule(one) and one is not False


def constructors():
    """Class → its parameters, each with whether it must be given."""
    found = {}
    for name in PROMISED:
        module = import_module(f"thenar.{name}")
        for word in _names(module):
            one = getattr(module, word)
            if inspect.isclass(one) and one.__module__.startswith("thenar"):
                found[f"{name}.{word}"] = _parameters(one)
    return found


_ANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _parameters(cls):
    try:
        parameters = inspect.signature(cls).parameters.values()
    except ValueError:
        return {}
    return {one.name: one.default is one.empty and one.kind not in _ANY for one in parameters}


def main():
    package = current()
    KEPT.write_text(
        json.dumps(
            {
                "modules": {name: dumped(package[name]) for name in PROMISED},
                "names": names(),
                "constructors": constructors(),
            },
            separators=(",", ":"),
            sort_keys=True,
        )
        + "\n"
    )


if __name__ == "__main__":
    sys.exit(main())
