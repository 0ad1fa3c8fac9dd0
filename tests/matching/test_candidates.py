"""Candidate sets: the little language against Python's own sets."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyroaring import BitMap

from thenar.errors import SettingsError
from thenar.matching.candidates import Sets, parse

NAMES = ("a", "b_1", "tickets:match-42", "staff:kitchen", "link:ticket/pretix", "é.ü@x")
GROUPS = st.frozensets(st.integers(0, 40))
WORLDS = st.fixed_dictionaries(dict.fromkeys(NAMES, GROUPS))
SPACE = st.sampled_from(("", " ", "\n  ", "\t"))


@st.composite
def written(draw, depth=3):
    """Text that anyone may write: with parentheses here and there, and any spaces."""
    if depth == 0 or draw(st.booleans()):
        return draw(SPACE) + draw(st.sampled_from(NAMES)) + draw(SPACE)
    parts = [draw(written(depth - 1))]
    for _ in range(draw(st.integers(0, 2))):
        parts += [draw(st.sampled_from((" & ", " | ", " - "))), draw(written(depth - 1))]
    inside = "".join(parts)
    return f"({inside})" if draw(st.booleans()) else inside


def sets_of(world):
    sets = Sets()
    for name, members in world.items():
        sets.replace(name, members)
    return sets


@given(written(), WORLDS)
def test_an_expression_means_what_python_means_by_it(text, world):
    try:
        expression = parse(text)
    except SettingsError as error:
        expression, refused = None, str(error)
    if expression is None:
        assert "'|' and '-' meet" in refused
    assume(expression)
    places = {name: f"world[{name!r}]" for name in NAMES}
    by_length = sorted(places, key=len, reverse=True)
    python = re.sub("|".join(map(re.escape, by_length)), lambda m: places[m[0]], text)
    expected = eval("(" + python + ")", {"world": world})
    assert set(sets_of(world).select(expression)) == expected
    assert {name.text for name in expression.root.names()} <= set(NAMES)


@given(written(depth=2), st.data())
def test_spoilt_text_is_refused_where_it_is_spoilt(text, data):
    at = data.draw(st.integers(0, len(text)))
    with pytest.raises(SettingsError, match=r"column \d+") as caught:
        parse(f"{text[:at]} & & {text[at:]}")
    column = int(re.search(r"column (\d+)", str(caught.value))[1])
    assert 1 <= column <= len(text) + 6


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "expected a name"),
        ("a & ", 4, "got the end"),
        ("a b", 3, "expected '&'"),
        ("a & (b | c", 5, "never closed"),
        ("a)", 2, "the end, got '\\)'"),
        ("a ! b", 3, "not part of the language"),
        ("a | b - c", 7, "meet"),
        ("a - b | c", 3, "meet"),
        ("(" * 41 + "a" + ")" * 41, 41, "inside each other"),
    ],
)
def test_errors_point_at_the_place(text, column, says):
    with pytest.raises(SettingsError, match=says) as caught:
        parse(text)
    message = str(caught.value)
    assert f"column {column}:" in message
    pointer = next(line for line in message.splitlines() if line.endswith("^"))
    assert pointer.index("^") - 4 == column - 1


def test_a_hyphen_inside_a_name_is_no_difference():
    sets = sets_of({"a": {1, 2}, "b": {2}, "a-b": {7}})
    assert set(sets.select(parse("a-b"))) == {7}
    assert set(sets.select(parse("a - b"))) == {1}
    assert set(sets.select(parse("a -b"))) == {1}


def test_a_list_that_was_never_loaded_is_an_error_and_an_empty_one_is_not():
    sets = Sets(kinds=["consent"])
    sets.replace("staff", {1, 2})
    for typo in ("staff - suspnded", "suspnded", "staff & tickets:42"):
        with pytest.raises(SettingsError, match="there is no set"):
            sets.select(parse(typo))
        with pytest.raises(SettingsError, match="there is no set"):
            sets.check(parse(typo))
    sets.replace("suspended", ())
    assert set(sets.select(parse("staff - suspended"))) == {1, 2}
    assert not sets.select(parse("consent:pay"))
    with pytest.raises(SettingsError, match="did you mean 'suspended'"):
        sets.select(parse("staff - suspnded"))
    sets.check(parse("staff & soon"), also=["soon"])
    sets.drop("suspended")
    with pytest.raises(SettingsError, match="column 9"):
        sets.select(parse("staff - suspended"))


NUMBERS = st.frozensets(st.integers(0, 30))
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.dictionaries(st.sampled_from("abc"), NUMBERS)),
        st.tuples(st.just("replace"), st.sampled_from("abc"), NUMBERS),
        st.tuples(st.just("move"), NUMBERS, st.frozensets(st.sampled_from("abc"))),
        st.tuples(st.just("discard"), NUMBERS),
    )
)


@given(CHANGES)
def test_changes_in_any_order_leave_what_python_sets_hold(changes):
    sets, model = Sets(), {}
    for what, *given_ in changes:
        before = {name: (sets[name], set(sets[name])) for name in sets.names()}
        if what == "add":
            sets.add(given_[0])
            for name, members in given_[0].items():
                model[name] = model.get(name, set()) | members
        elif what == "replace":
            sets.replace(*given_)
            model[given_[0]] = set(given_[1])
        elif what == "move":
            numbers, into = given_
            sets.move(BitMap(numbers), into, among=["a", "b"])
            for name in {"a", "b"} | into:
                old = model.get(name, set())
                model[name] = old | numbers if name in into else old - numbers
        else:
            sets.discard(BitMap(given_[0]))
            model = {name: members - given_[0] for name, members in model.items()}
        assert all(set(held) == copy for held, copy in before.values())
    assert {name: set(sets[name]) for name in sets.names()} == model


def test_what_was_selected_is_the_caller_s_own():
    sets = sets_of({"a": {1, 2}})
    sets.select(parse("a")).clear()
    assert set(sets["a"]) == {1, 2}
