"""Taps see what is offered in their own context, and nothing is kept otherwise."""

import gc
import threading
import weakref

import pytest

from thenar import trace


class Image:
    """Something that a weak reference can watch."""


def test_tap_keeps_the_last_value_of_each_name_that_matches():
    with trace.tap("capture.*", "signature.bits") as seen:
        trace.offer("capture.mask", 1)
        trace.offer("capture.mask", 2)
        trace.offer("signature.bits", 3)
        trace.offer("signature.mask", 4)
    assert seen == {"capture.mask": 2, "signature.bits": 3}


def test_tap_without_a_pattern_sees_everything():
    with trace.tap() as seen:
        trace.offer("anything", 1)
    assert seen == {"anything": 1}


def test_value_is_a_reference_and_none_is_kept_without_a_tap():
    image = Image()
    with trace.tap() as seen:
        trace.offer("image", image)
    assert seen["image"] is image
    gone = weakref.ref(image)
    del seen, image
    untapped = Image()
    trace.offer("image", untapped)
    gone_too = weakref.ref(untapped)
    del untapped
    gc.collect()
    assert gone() is None
    assert gone_too() is None


def test_after_the_block_nothing_more_is_seen():
    with trace.tap() as seen:
        pass
    trace.offer("late", 1)
    assert seen == {}


def test_tap_ends_also_when_the_block_raises():
    with pytest.raises(KeyError), trace.tap() as seen:
        {}["missing"]
    trace.offer("late", 1)
    assert seen == {}


def test_inner_tap_hides_the_outer_one():
    with trace.tap("a", "b") as outer:
        with trace.tap("a") as inner:
            trace.offer("a", 1)
        trace.offer("b", 2)
    assert (inner, outer) == ({"a": 1}, {"b": 2})


def test_taps_of_two_threads_never_meet():
    seen, together = {}, threading.Barrier(2, timeout=30)

    def customer(name):
        with trace.tap() as taps:
            together.wait()
            trace.offer("palm", name)
            together.wait()
        seen[name] = taps

    threads = [threading.Thread(target=customer, args=(name,)) for name in ("anna", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"anna": {"palm": "anna"}, "ben": {"palm": "ben"}}
