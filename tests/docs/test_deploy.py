"""The how-to for deploying: on a real PostgreSQL, backed up and restored by its own lines."""

import configparser
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from thenar.messages import Purpose
from thenar.records import Link, LinkKind

from ..cloud.conftest import ADMIN_KEY, PostgreSql, Running

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
DEPLOY = HOW_TO / "deploy"
THENAR = str(Path(sys.executable).with_name("thenar"))
TICKET = Link(LinkKind.TICKET, "gate", "T-1", "tonight")


@pytest.fixture(scope="module")
def postgresql():
    server = PostgreSql()
    yield server
    server.stop()


def block(name):
    """A shell block of the page, by the comment above it."""
    page = (HOW_TO / "deploy.md").read_text("utf-8")
    return re.search(rf"<!-- deploy: {name} -->\n```shell\n(.*?)```", page, re.DOTALL).group(1)


class Site:
    """A folder, a database and the settings that name it."""

    def __init__(self, folder, postgresql):
        self.folder, self.settings = folder / "data", folder / "thenar.toml"
        self.database = postgresql.database()
        self.programs = postgresql._server.bin_path
        folder.mkdir()
        self.write(0)

    def write(self, port):
        told = {
            "folder": str(self.folder),
            "port": port,
            "admin_key": ADMIN_KEY,
            "database": self.database,
        }
        lines = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
        self.settings.write_text("[cloud]\n" + "\n".join(lines) + "\n")

    def run(self, name, backups, **more):
        """A block of the page."""
        return self.shell(block(name), backups, **more)

    def shell(self, script, backups, **more):
        """Lines of a shell that finds ``thenar`` and PostgreSQL's programs."""
        path = [str(Path(sys.executable).parent), str(self.programs), os.environ["PATH"]]
        surroundings = {
            **os.environ,
            "PATH": os.pathsep.join(path),
            "SETTINGS": str(self.settings),
            "DATABASE": self.database,
            "FOLDER": str(self.folder),
            "BACKUPS": str(backups),
            **more,
        }
        done = subprocess.run(
            ["/bin/sh", "-euc", script],
            env=surroundings,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def service(self):
        """The service itself, on what the settings name; on a port that they name then."""
        running = Running(self.folder, database=self.database)
        running.start()
        self.write(int(running.url.rsplit(":", 1)[1]))
        return running


def test_a_site_on_postgresql_is_backed_up_and_restored(tmp_path, postgresql):
    first = Site(tmp_path / "first", postgresql)
    backups = tmp_path / "backups"
    backups.mkdir()
    assert "migrated from nothing" in first.run("migrate", backups)
    running = first.service()
    try:
        device = running.tenant("shop")
        identity = device.identity
        told = first.run("staff", backups, TENANT=identity.tenant)
        assert f"/admin/{identity.tenant}/" in told
        ada, ben = device.enrol_person(1, TICKET), device.enrol_person(2, TICKET)
        first.run("backup", backups)
        shown = device.show(2, Purpose.FORGET)
        assert shown.subject == ben.subject
        device.forget(ben.subject, assertion=shown.assertion)
        people, later = block("backup").split("\n", 1)
        assert people.startswith("pg_dump")
        first.shell(later, backups)  # backups of people's keys have a shorter life
    finally:
        running.stop()

    second = Site(tmp_path / "second", postgresql)
    assert "each following from the one before" in second.run("restore", backups)
    running = second.service()
    try:
        device = running.client(identity)
        assert device.show(1, Purpose.ENTER).subject == ada.subject
        assert device.show(2, Purpose.ENTER).subject is None
        assert device.ready().palms == 1, "whose key is gone is forgotten again"
    finally:
        running.stop()


def unit(name):
    found = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    found.optionxform = str
    found.read_string((DEPLOY / name).read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", ["thenar-cloud.service", "thenar-device.service"])
def test_units_may_do_little(name):
    service = unit(name)["Service"]
    for option in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "RestrictSUIDSGID"):
        assert service[option] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["LimitCORE"] == "0", "a core dump would hold templates"
    assert service["UMask"] == "0077"


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    units = []
    for file in sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer")):
        unit = tmp_path / file.name
        unit.write_text(file.read_text().replace("/opt/thenar/bin/thenar", THENAR))
        units.append(unit)
    assert len(units) == 6
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "thenar" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


@pytest.mark.parametrize("file", sorted(DEPLOY.glob("*.service")), ids=lambda file: file.name)
def test_every_unit_runs_a_command_with_options_that_it_has(file):
    command = unit(file.name)["Service"]["ExecStart"].split()
    words = [word for word in command[3:] if not word.startswith("--")]
    done = subprocess.run(
        [THENAR, *words, "--help"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    for option in (word for word in command[3:] if word.startswith("--")):
        assert option in done.stdout


def test_unit_and_container_overwrite_freed_memory_as_the_program_would():
    from thenar.cloud.wiping import _SETTINGS

    told = (DEPLOY / "thenar-cloud.service").read_text(), (DEPLOY / "Containerfile").read_text()
    for name, value in _SETTINGS.items():
        assert f"Environment={name}={value}" in told[0]
        assert f"{name}={value}" in told[1]


def test_the_container_is_of_what_is_there_and_runs_as_nobody_special():
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    root = HOW_TO.parents[1]
    for line in lines:
        if line.startswith("COPY") and "--from" not in line:
            assert (root / line.split()[1]).exists(), line
    assert "USER thenar" in lines
    assert "cloud" in (root / "sdk" / "pyproject.toml").read_text()


def test_the_settings_are_settings(tmp_path):
    from thenar.cloud import CloudSettings
    from thenar.settings import load_settings

    found = load_settings(DEPLOY / "thenar.toml").section("cloud", CloudSettings)
    assert found.base_url == "https://palm.example"
    assert found.database_url.startswith("postgresql://")
    assert found.key_database_url.startswith("sqlite://")
