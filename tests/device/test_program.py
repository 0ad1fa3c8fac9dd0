import threading

import attrs
import pytest
from click.testing import CliRunner

import thenar
from thenar.cli import main
from thenar.device.assemble import assemble
from thenar.device.journal import Entry
from thenar.device.program import serve
from thenar.device.settings import DeviceSettings, private_folder
from thenar.device.terminal import new_key
from thenar.errors import CameraUnavailable, KeyUnavailable, PluginMissing
from thenar.records import Decision, Hand, Provider
from thenar.registry import Installed, Registry
from thenar.settings import Settings
from thenar.testing import simulated


def run_until(terminal, settings, happened):
    """Serve on a thread until something happened."""
    stopping = threading.Event()
    thread = threading.Thread(target=serve, args=(terminal, settings, stopping))
    thread.start()
    try:
        assert happened.wait(60)
    finally:
        stopping.set()
        terminal.cancel()
        thread.join(60)
    assert not thread.is_alive()


def test_a_watched_gate_lets_ticket_holders_in(terminal, service, camera, visits, ticket):
    gate = terminal.doors["north"].door
    opened = threading.Event()
    really_open = gate.open

    def note(decision):
        really_open(decision)
        opened.set()

    gate.open = note
    camera.show(visits[Hand.RIGHT])
    settings = DeviceSettings(kiosk_port=0, door="north")
    run_until(terminal, settings, opened)
    assert len(gate.openings) == 1


def test_the_program_says_where_the_page_is_and_delivers_what_waited(terminal, service, capsys):
    service.drop("/v1/passages", 1)
    entry = Entry("north", Decision(False, "no ticket"), 1.0, new_key())
    assert not terminal.journal.record(terminal.cloud, entry, None)
    delivered = threading.Event()
    settings = DeviceSettings(kiosk_port=0)
    terminal = attrs.evolve(terminal, cloud=Telling(terminal.cloud, delivered))
    run_until(terminal, settings, delivered)
    assert terminal.journal.waiting() == []
    assert "The page is at http://127.0.0.1:" in capsys.readouterr().out


class Telling:
    """The service's client, which tells when a passage was recorded."""

    def __init__(self, cloud, told):
        self.cloud, self.told = cloud, told

    def record_passage(self, *args, **kwargs):
        recorded = self.cloud.record_passage(*args, **kwargs)
        self.told.set()
        return recorded

    def report(self, **told):
        return self.cloud.report(**told)


SETTINGS = """
[drivers]
camera = "still"
card_reader = "simulated"
payment = "simulated"
liveness = ["pattern", "colour", "bands"]
[doors.north]
provider = "simulated-gate"
offline = "fail open"
[device]
folder = "{folder}"
"""


def _registry(folder, camera):
    class Plugin:
        THENAR_API = 1

        @thenar.hookimpl
        def thenar_cameras(self):
            return [Provider("still", make=lambda _: camera)]

    also = [Installed.of(simulated, name="simulated"), Installed.of(Plugin(), name="still")]
    return Registry.load(Settings.parse(SETTINGS.format(folder=folder)), also=also)


@pytest.fixture
def activated(service, tmp_path):
    """A device folder with an identity."""
    folder = private_folder(tmp_path / "device")
    service.identity().save(folder / "device.json")
    return folder


def test_a_terminal_is_put_together_from_the_settings(activated, camera):
    with _registry(activated, camera) as registry:
        settings = registry.settings.section("device", DeviceSettings)
        terminal = assemble(registry, settings)
        assert len(terminal.checks) == 6
        assert terminal.doors["north"].provider == "simulated-gate"
        assert terminal.doors["north"].door.offline == "fail open"
        assert terminal.card_reader is not None
        terminal.cloud.close()


def test_a_device_that_was_not_activated_says_so(tmp_path, camera):
    with _registry(tmp_path, camera) as registry, pytest.raises(KeyUnavailable, match="activate"):
        assemble(registry, registry.settings.section("device", DeviceSettings))


def test_a_key_that_others_can_read_is_not_used(activated, camera):
    (activated / "device.json").chmod(0o644)
    with _registry(activated, camera) as registry, pytest.raises(KeyUnavailable, match="0644"):
        assemble(registry, registry.settings.section("device", DeviceSettings))


def test_an_unplugged_camera_is_said_to_be_unplugged(activated, camera):
    camera.unplug()
    with _registry(activated, camera) as registry, pytest.raises(CameraUnavailable):
        assemble(registry, registry.settings.section("device", DeviceSettings))


def test_a_terminal_without_a_camera_says_what_to_set(activated):
    settings = Settings.of({"device": {"folder": str(activated)}})
    with Registry.load(settings) as registry, pytest.raises(PluginMissing, match="camera"):
        assemble(registry, settings.section("device", DeviceSettings))


def test_the_folder_is_closed_to_others(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir(mode=0o777)
    assert private_folder(folder).stat().st_mode & 0o077 == 0


def test_activation_without_a_service_is_told_in_words(tmp_path):
    file = tmp_path / "thenar.toml"
    file.write_text(f'[device]\ncloud = "http://127.0.0.1:1"\nfolder = "{tmp_path}/device"\n')
    result = CliRunner().invoke(
        main, ["--settings", str(file), "device", "activate", "--code", "12345678"]
    )
    assert result.exit_code == 1
    assert "got no answer" in result.output
    assert not (tmp_path / "device" / "device.json").exists()
