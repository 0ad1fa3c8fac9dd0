"""The error tree: drawn as it is, each with a code, each message complete."""

import inspect
import pickle
import re

import pytest

from thenar import errors

CLASSES = [
    error
    for error in vars(errors).values()
    if inspect.isclass(error) and issubclass(error, errors.ThenarError)
]


def drawn():
    """Name → name of its parent, as the module's docstring draws them."""
    parents, path = {}, []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^    ([│ ├└─]*)([A-Z]\w+)", line)
        if found:
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            parents[found[2]] = path[depth - 1] if depth else None
    return parents


def test_tree_is_drawn_as_it_is():
    root = errors.ThenarError
    actual = {e.__name__: None if e is root else e.__mro__[1].__name__ for e in CLASSES}
    assert drawn() == actual


def test_codes_are_distinct_and_stable_words():
    codes = [error.code for error in CLASSES]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_every_error_is_documented(error):
    assert inspect.cleandoc(error.__doc__).splitlines()[0].endswith((".", ").", "`."))


def test_message_has_the_remedy_and_the_request():
    error = errors.DoorError("no answer", remedy="check the cable.", request_id="r7")
    assert str(error) == "no answer To mend it: check the cable. [request r7]"
    assert str(errors.DoorError("no answer")) == "no answer"


def test_plugin_error_names_plugin_and_version_where_one_is_to_blame():
    assert str(errors.PluginFailed("raised", plugin="acme", version="2.0")) == "acme 2.0: raised"
    assert str(errors.PluginMissing("no camera")) == "no camera"


def test_errors_of_thenar_are_caught_by_one_name():
    for error in CLASSES:
        assert issubclass(error, errors.ThenarError)
    assert issubclass(errors.InvalidRecord, ValueError)


def test_error_survives_between_processes():
    error = pickle.loads(pickle.dumps(errors.DoorError("no answer", request_id="r7")))
    assert (error.message, error.request_id) == ("no answer", "r7")
