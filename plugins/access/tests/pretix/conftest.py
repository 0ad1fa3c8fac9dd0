"""A real pretix with tonight's match, once a session."""

import time

import pytest

from .site import PACKAGES, VERSION, Site, empty_database
from .wire import Wire


@pytest.fixture(scope="session")
def site(tmp_path_factory, peer):
    home = tmp_path_factory.mktemp("pretix")
    with peer(f"pretix-{VERSION}", *PACKAGES) as environment:
        empty = empty_database(environment)
    running = Site(home, environment, empty)
    running.start()
    running.open_match()
    yield running
    running.stop()


@pytest.fixture
def settings(site, turnstile):
    """The settings of a new gate."""

    def write(**more):
        keys = {"url": site.url, "organizer": "club", **more}
        lists = keys.pop("lists", [site.list])
        keys.setdefault("token", site.gate("gate"))
        return "\n".join(
            [
                "[doors.north]",
                'provider = "pretix"',
                f"lists = {lists}",
                *(f'{key} = "{value}"' for key, value in keys.items()),
                turnstile.settings(),
            ]
        )

    return write


@pytest.fixture
def nobody_comes_again(monkeypatch):
    """Nobody is waited for before something is taken back."""
    monkeypatch.setattr("thenar_access.doubts.COMES_AGAIN_SECONDS", 0.0)


@pytest.fixture
def given_back(site, nobody_comes_again):
    """Wait until a ticket's redemption is annulled."""

    def wait(ticket):
        until = time.monotonic() + 60
        while site.entries(ticket):
            assert time.monotonic() < until, "the redemption still stands"
            time.sleep(0.2)

    return wait


@pytest.fixture
def wire(site):
    between = Wire(site.url)
    yield between
    between.close()
