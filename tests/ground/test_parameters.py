"""Every tuned number tells its unit and how it was found."""

import attrs

from thenar import parameters


def test_every_number_is_described():
    described = list(parameters.describe())
    groups = {type(g).__name__ for g in vars(parameters).values() if attrs.has(type(g))}
    assert {group for group, *_rest in described} == {
        name for name in groups if attrs.fields(getattr(parameters, name))
    }
    for group, name, value, unit, found in described:
        assert unit, (group, name)
        assert found, (group, name)
        assert value is not None, (group, name)
