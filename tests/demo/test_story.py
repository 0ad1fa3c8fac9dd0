"""The demonstration, claim by claim, and that its claims can fail."""

import subprocess
import sys
import time

import httpx
import pytest
from click.testing import CliRunner

from thenar.cli import main
from thenar.demo import program
from thenar.demo.proof import found
from thenar.demo.serving import SERVE_PAGE
from thenar.demo.steps import Played, Step, hold, play
from thenar.demo.story import STORY
from thenar.demo.story.forgetting import gone_from_the_files
from thenar.demo.telling import summarise, tell
from thenar.demo.world import BEN, World
from thenar.errors import DoorError

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with World(tmp_path_factory.mktemp("demo"), seed=1) as world:
        yield world


@pytest.fixture(scope="module")
def played(world):
    """The whole story, played once; with the page served, as --serve does."""
    steps = [*STORY[:2], SERVE_PAGE, *STORY[2:]]
    return {played.step: played for played in play(steps, world)}


@pytest.mark.parametrize("step", STORY, ids=lambda step: step.claim)
def test_every_claim_holds(played, step):
    assert played[step].held, played[step].said


def test_a_copy_left_behind_is_found(played, world):
    stray = world.places.cloud / "backup.old"
    stray.write_bytes(b"before" + world.traces.templates[0][64:128] + b"after")
    assert found(world.places.cloud, world.traces) > 0
    (said,) = play([Step("gone", gone_from_the_files)], world)
    assert not said.held
    stray.unlink()


def test_the_page_s_buttons_serve_synthetic_customers(played, world):
    def press(name):
        before = world.terminal.display.shown.number
        assert httpx.post(f"{world.kiosk_url}/actions/{name}").status_code == 202
        for _ in range(600):
            shown = world.terminal.display.shown
            if shown.number > before and shown.stage in ("accepted", "refused"):
                break
            time.sleep(0.05)
        while httpx.post(f"{world.kiosk_url}/actions/none").status_code != 404:
            time.sleep(0.05)
        return shown.title

    assert press("enrol") == "You are enrolled"
    assert press("pay") == "Paid EUR 4.50"
    assert press("enter") == "Welcome"
    assert press("enter") == "No entry"
    assert press("badge") == "Welcome"
    assert press("loyalty") == "Thank you"
    assert press("stranger") == "Not recognised"
    assert press("print") == "Please show your bare palm"
    assert press("forget") == "Your palm is deleted"


def test_the_portal_sends_a_code_that_the_notifier_delivers(played, world):
    """What --serve prints is enough to sign in."""
    page = httpx.get(world.portal_url, follow_redirects=True)
    assert page.status_code == 200
    asked = httpx.post(
        f"{world.portal_url}code",
        data={"contact": BEN},
        headers={"origin": world.cloud.url},
        follow_redirects=True,
    )
    assert asked.is_success
    for _ in range(600):
        if delivered := world.notifier.delivered(BEN):
            break
        time.sleep(0.05)
    assert delivered


def test_the_service_ends_with_its_parent(tmp_path):
    """The parent is killed, and cannot say goodbye."""
    parent = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import sys, time; from pathlib import Path; from thenar.demo.world import BEN, World\n"
            "world = World(Path(sys.argv[1])); world.cloud.start(); print(world.cloud.url)\n"
            "sys.stdout.flush(); time.sleep(600)",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        url = parent.stdout.readline().strip()
        assert httpx.get(f"{url}/v1/health").is_success
        parent.kill()
    for _ in range(600):
        try:
            httpx.get(f"{url}/v1/health", timeout=1)
        except httpx.TransportError:
            return
        time.sleep(0.05)
    pytest.fail("the service outlived its parent")


def _fails():
    hold(claim=False, expected="more")


def _raises():
    raise DoorError("stuck")


def _breaks():
    raise ZeroDivisionError("oh")


@pytest.mark.parametrize(
    ("does", "said"), [(_fails, "expected more"), (_raises, "stuck"), (_breaks, "ZeroDivision")]
)
def test_a_claim_that_does_not_hold_is_told_and_ends_with_status_1(monkeypatch, does, said):
    monkeypatch.setattr(program, "STORY", (Step("It works", lambda _: does()),))
    result = CliRunner().invoke(main, ["demo"])
    assert result.exit_code == 1
    assert said in result.output
    assert "0 of 1 claims held" in result.output
    assert "Not held: It works" in result.output


def test_synthetic_steps_are_left_out_with_a_webcam(tmp_path):
    step = Step("Dora is refused", lambda _: "", synthetic=True)
    world = World(tmp_path, webcam=0)
    (played,) = play([step], world)
    assert played.held is None
    world.cloud.stop()


def test_the_summary_counts_what_held(capsys):
    from rich.console import Console

    console = Console(width=100)
    step = Step("It works", lambda _: "")
    all_played = [Played(step, held=held, said="[so]", seconds=0.1) for held in (True, None)]
    for one in all_played:
        tell(console, one)
    assert summarise(console, all_played, 1.0)
    output = capsys.readouterr().out
    assert "1 of 1 claims held, 1 left out" in output
    assert "[so]" in output
