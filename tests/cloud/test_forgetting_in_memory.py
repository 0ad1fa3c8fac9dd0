"""Whoever is forgotten is gone from the memory of the running service, not only from its files.

The service runs as the program that it is, with its gallery in its own memory or in
shards, each in a process of its own. The memory of every process is read from outside
(``/proc/PID/maps`` and ``mem``), as is every file that is kept, and words of the
person's template are looked for: as the algorithm makes them, and as they are
protected under the tenant's key, which is what is searched.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
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
from .files import written
from .test_program import SETTINGS, THENAR

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
TICKET = Link(LinkKind.TICKET, "gate", "T-1", "tonight")
EVERYTHING = Consent(text="terms 1 en", purposes=tuple(Purpose))
PAGE = os.sysconf("SC_PAGE_SIZE")
ENROLLED = {1: Hand.RIGHT, 2: Hand.LEFT, 3: Hand.RIGHT}


class Service:
    """The program, in a folder, with a tenant and a device."""

    def __init__(self, folder, matcher):
        self.folder = folder / "cloud"
        settings = folder / "thenar.toml"
        told = SETTINGS.format(folder=self.folder, port=0)
        settings.write_text(told.replace('matcher = "numpy"', matcher))
        command = [THENAR, "--settings", str(settings), "cloud", "serve"]
        self.shards = Path(tempfile.mkdtemp(prefix="thenar-shards-"))
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"RAY_TMPDIR": str(self.shards)},
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

    def processes(self):
        """The program, and all that it started."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        found = [self.process.pid]
        for process in found:
            found += [child for child, parent in parents.items() if parent == process]
        return found

    def memory(self):
        """Every page that can be written, of every process."""
        for process in self.processes():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                yield from memory_of(process)

    def close(self):
        self.device.close()
        started = self.processes()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        until = time.monotonic() + 30
        while (left := [one for one in started if runs(one)]) and time.monotonic() < until:
            time.sleep(0.1)
        assert left == []
        shutil.rmtree(self.shards)


def runs(process):
    """Whether a process is there, and is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def memory_of(process):
    """The pages of a process that it can write and has touched, in pieces."""
    maps = Path(f"/proc/{process}/maps").read_text()
    with (
        Path(f"/proc/{process}/mem").open("rb", 0) as memory,
        Path(f"/proc/{process}/pagemap").open("rb", 0) as pages,
    ):
        for line in maps.splitlines():
            start, end, mode = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if "w" not in mode or "[vvar" in line:
                continue
            for at, size in touched(pages, int(start, 16), int(end, 16)):
                yield from pieces(memory, at, size)


def touched(pages, start, end):
    """Stretches of a mapping that are in memory: a store for objects may be as large as it."""
    pages.seek(start // PAGE * 8)
    told = np.frombuffer(pages.read((end - start) // PAGE * 8), np.uint64)
    there = np.concatenate([[False], told >> np.uint64(62) != 0, [False]])
    edges = np.flatnonzero(there[1:] != there[:-1])
    for first, last in edges.reshape(-1, 2):
        yield start + int(first) * PAGE, int(last - first) * PAGE


def pieces(file, at, size, step=1 << 20):
    """A stretch of memory in pieces that overlap by a word."""
    for start in range(0, size, step):
        file.seek(at + start)
        try:
            yield file.read(min(step + 8, size - start))
        except OSError:
            return


def words(bits):
    """10 words of 64 bits that are nowhere by chance."""
    found = [word.tobytes() for word in np.unique(bits)]
    return [word for word in found if len(set(word)) > 6][::9][:10]


def found_in(haystack, needles):
    """How many of the words are there."""
    return sum(needle in haystack for needle in needles)


def all_in(memory, needles):
    left = set(needles)
    for piece in memory:
        left -= {needle for needle in left if needle in piece}
    return not left


def in_memory(service, *several):
    counts = [set() for _ in several]
    for piece in service.memory():
        for count, needles in zip(counts, several, strict=True):
            count.update(needle for needle in needles if needle in piece)
    return [len(count) for count in counts]


ALONE = 'matcher = "numpy"'
SHARDED = """matcher = "ray"

[matcher.ray]
shards = 2

[plugins]
load_seconds = 120"""


@pytest.fixture(params=[ALONE, SHARDED], ids=["alone", "sharded"])
def service(request, tmp_path):
    running = Service(tmp_path, request.param)
    yield running
    running.close()


def test_no_word_of_a_template_is_left_in_memory_or_files(service, request):
    sharded = request.node.callspec.id == "sharded"
    for seed in ENROLLED:
        service.enrol(seed)
    gone, stays = service.templates(1), service.templates(2)
    assert [len(some) for some in gone] == [10, 10, 10]
    assert in_memory(service, gone[2], stays[2]) == [10, 10], "the scan must find what is there"
    holders = [one for one in service.processes() if all_in(memory_of(one), stays[2])]
    assert (service.process.pid not in holders) == sharded
    assert len(holders) == 1, "one process holds it: the service, or a shard"

    shown = service.show(1, Purpose.FORGET)
    assert service.device.forget(shown.subject, assertion=shown.assertion).state == "forgotten"

    assert in_memory(service, *gone, stays[2]) == [0, 0, 0, 10]
    for folder in (service.folder, service.shards):
        raw = written(folder)
        assert [found_in(raw, some) for some in gone] == [0, 0, 0], folder
    assert service.show(1, Purpose.ENTER).subject is None
    assert service.show(2, Purpose.ENTER).subject is not None
