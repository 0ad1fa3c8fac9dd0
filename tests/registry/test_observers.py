"""Observers see every event and can change nothing."""

import threading

import thenar
from thenar.parameters import HOST
from thenar.records import Event, Provider


def observers(**made):
    """A plugin with one observer a name, each given by what makes it."""

    class Plugin:
        THENAR_API = 1

        @thenar.hookimpl
        def thenar_observers(self):
            return [Provider(name, make=make) for name, make in made.items()]

    return Plugin()


def event(number=0):
    return Event("palm.recognised", 0.0, details={"number": number})


def test_every_observer_sees_every_event_in_order(thenar_register, thenar_registry):
    first, second = [], []
    thenar_register(observers(a=lambda s: first.append, b=lambda s: second.append), "acme-log")
    registry = thenar_registry()
    for number in range(5):
        registry.notify(event(number))
    assert registry.flush(30)
    assert [one.details["number"] for one in first] == [0, 1, 2, 3, 4]
    assert second == first


def test_raising_observer_is_logged_with_plugin_and_version(
    thenar_register, thenar_registry, caplog
):
    def raising(_event):
        raise ValueError("disc full")

    seen = []
    thenar_register(observers(bad=lambda s: raising), "acme-log", "4.0")
    thenar_register(observers(good=lambda s: seen.append), "other-log")
    registry = thenar_registry()
    registry.notify(event(1))
    registry.notify(event(2))
    assert registry.flush(30)
    assert len(seen) == 2
    assert "acme-log 4.0" in caplog.text
    assert "disc full" in caplog.text


def test_observer_that_cannot_be_made_is_reported(thenar_register, thenar_registry, caplog):
    thenar_register(observers(bad=lambda s: 1 / 0, odd=lambda s: 3), "acme-log", "4.0")
    registry = thenar_registry()
    registry.notify(event())
    assert registry.flush(30)
    (line,) = [one for one in registry.status() if one.plugin == "acme-log"]
    assert "ZeroDivisionError" in line.reason
    assert "gave int, which lacks __call__" in line.reason


def test_stuck_observer_delays_nobody(thenar_register, thenar_registry, caplog):
    release, seen = threading.Event(), threading.Semaphore(0)
    thenar_register(observers(stuck=lambda s: lambda event: release.wait()), "acme-log")
    thenar_register(observers(good=lambda s: lambda event: seen.release()), "other-log")
    registry = thenar_registry()
    for number in range(HOST.observer_backlog + 10):
        registry.notify(event(number))
        assert seen.acquire(timeout=30)  # the good one keeps up while the stuck one's backlog fills
    assert "observer.stuck is too slow; event dropped" in caplog.text
    assert not registry.flush(0.01)
    release.set()
    assert registry.flush(30)


def test_notify_without_observers(thenar_registry):
    registry = thenar_registry()
    registry.notify(event())
    assert registry.flush()


def test_closed_registry_lets_observers_finish(thenar_register, thenar_registry):
    seen, done = [], threading.Event()

    def observe(event):
        seen.append(event)
        if len(seen) == 3:
            done.set()

    thenar_register(observers(a=lambda s: observe), "acme-log")
    registry = thenar_registry()
    for number in range(3):
        registry.notify(event(number))
    registry.close()
    assert done.wait(30)
    registry.notify(event(4))
    assert len(seen) == 3
