"""Whoever is forgotten is gone from the memory of the running service, not only from its files.

The service runs as the program that it is. Its memory is read from outside
(``/proc/PID/maps`` and ``mem``), as is every file that it keeps, and words of the
person's template are looked for: as the algorithm makes them, and as they are
protected under the tenant's key, which is what is searched.
"""

import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from thenar.client import AdminClient, DeviceClient, activate
from thenar.matching.layout import divide
from thenar.messages import Consent, Purpose
from thenar.records import Hand, Link, LinkKind
from thenar.signature import BlockCode
from thenar.vault.file_keys import FileKeys
from thenar.vault.tenant_keys import TemplateKeys

from .conftest import crops
from .test_program import SETTINGS, THENAR

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
TICKET = Link(LinkKind.TICKET, "gate", "T-1", "tonight")
EVERYTHING = Consent(text="terms 1 en", purposes=tuple(Purpose))
ENROLLED = {1: Hand.RIGHT, 2: Hand.LEFT, 3: Hand.RIGHT}


class Service:
    """The program, in a folder, with a tenant and a device."""

    def __init__(self, folder):
        self.folder = folder / "cloud"
        settings = folder / "thenar.toml"
        settings.write_text(SETTINGS.format(folder=self.folder, port=0))
        command = [THENAR, "--settings", str(settings), "cloud", "serve"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.url = self.process.stdout.readline().split()[-1]
        with AdminClient(self.url, "the administrator's key") as admin:
            self.tenant = admin.create_tenant("stadium").tenant
            code = admin.create_device(admin.create_site(self.tenant, "gate").site, "gate").code
        self.device = DeviceClient(self.url, activate(self.url, code))

    def enrol(self, seed):
        captures = {ENROLLED[seed]: crops(seed, ENROLLED[seed])}
        key = f"enrolment {seed}"
        return self.device.enrol(captures, consent=EVERYTHING, links=[TICKET], idempotency_key=key)

    def show(self, seed, purpose):
        return self.device.identify(crops(seed, ENROLLED[seed], 10, 1), purpose=purpose)

    def templates(self, seed):
        """Words of somebody's template: as made, protected, and as the gallery lays it out."""
        plain = BlockCode().make(crops(seed, ENROLLED[seed]))
        keys = TemplateKeys(FileKeys(self.folder / "keys.json"), 1)
        kept = keys.protected(plain, self.tenant)
        searched = np.concatenate([part.ravel() for part in divide(kept.bits[None])])
        return words(plain.bits), words(kept.bits), words(searched)

    def memory(self):
        """Every page that can be written: (address, bytes)."""
        maps = Path(f"/proc/{self.process.pid}/maps").read_text()
        with Path(f"/proc/{self.process.pid}/mem").open("rb", 0) as file:
            for line in maps.splitlines():
                start, end, mode = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
                if "w" not in mode or "[vvar" in line:
                    continue
                at, size = int(start, 16), int(end, 16) - int(start, 16)
                yield from pieces(file, at, size)

    def close(self):
        self.device.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)


def pieces(file, at, size, step=1 << 20):
    """A stretch of memory in pieces that overlap by a word, without those never written."""
    for start in range(0, size, step):
        file.seek(at + start)
        try:
            piece = file.read(min(step + 8, size - start))
        except OSError:
            return
        if piece.count(0) != len(piece):
            yield piece


def words(bits):
    """10 words of 64 bits that are nowhere by chance."""
    found = [word.tobytes() for word in np.unique(bits)]
    return [word for word in found if len(set(word)) > 6][::9][:10]


def found_in(haystack, needles):
    """How many of the words are there."""
    return sum(needle in haystack for needle in needles)


def in_memory(service, *several):
    counts = [set() for _ in several]
    for piece in service.memory():
        for count, needles in zip(counts, several, strict=True):
            count.update(needle for needle in needles if needle in piece)
    return [len(count) for count in counts]


@pytest.fixture
def service(tmp_path):
    running = Service(tmp_path)
    yield running
    running.close()


def test_no_word_of_a_template_is_left_in_memory_or_files(service):
    for seed in ENROLLED:
        service.enrol(seed)
    gone, stays = service.templates(1), service.templates(2)
    assert [len(some) for some in gone] == [10, 10, 10]
    assert in_memory(service, gone[2], stays[2]) == [10, 10], "the scan must find what is there"

    shown = service.show(1, Purpose.FORGET)
    assert service.device.forget(shown.subject, assertion=shown.assertion).state == "forgotten"

    assert in_memory(service, *gone, stays[2]) == [0, 0, 0, 10]
    for path in service.folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert [found_in(raw, some) for some in gone] == [0, 0, 0], path
    assert service.show(1, Purpose.ENTER).subject is None
    assert service.show(2, Purpose.ENTER).subject is not None
