"""Sphinx: the pages of this folder, and those that are generated from the code."""

import sys
from enum import EnumType
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generate import write_pages  # noqa: E402
from sphinx.application import Sphinx  # noqa: E402

project = "Thenar"
author = "The Thenar authors"
project_copyright = "2026, The Thenar authors"
version = release = version_of("thenar")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_design",
]
exclude_patterns = ["_build", "generate"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
napoleon_numpy_docstring = False
napoleon_attr_annotations = False
napoleon_custom_sections = [("Attributes", "params_style")]
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "Thenar"
html_static_path = ["_static"]
html_css_files = ["thenar.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0f6b66",
        "color-brand-content": "#0f6b66",
        "font-stack": "system-ui, sans-serif",
    },
    "dark_css_variables": {
        "color-brand-primary": "#5cc8bf",
        "color-brand-content": "#5cc8bf",
    },
}


def setup(app: Sphinx) -> None:
    """Write the generated pages before Sphinx looks for pages."""
    app.connect("config-inited", lambda *_: write_pages(HERE))
    app.connect("autodoc-process-docstring", list_values)


def list_values(_app: Sphinx, what: str, _name: str, thing: object, *rest: Any) -> None:
    """Say which values an enumeration has."""
    if what == "class" and isinstance(thing, EnumType):
        rest[-1].extend(["", "Values: " + ", ".join(f"``{one.value}``" for one in thing), ""])
