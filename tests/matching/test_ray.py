"""The matcher on a cluster of several nodes, all on this machine: the same answers, also
while a node dies.
"""

import threading
import time
from pathlib import Path

import attrs
import numpy as np
import pytest
import ray
from pyroaring import BitMap
from ray.cluster_utils import Cluster

from thenar.benchmark.population import ASPECTS, mates
from thenar.benchmark.population import strangers as drawn
from thenar.errors import MatchingError, PluginFailed, SettingsError
from thenar.matching import NumpyMatcher
from thenar.matching.ray import RayMatcher
from thenar.records import Band, Hand, Signature
from thenar.registry import Registry
from thenar.settings import Settings
from thenar.signature import BlockCode
from thenar.synthetic import Person, palm_crop
from thenar.testing.contracts import MatcherContract

PALMS = 12
MAKER = BlockCode()
NODES = 2


def crop(seed, sample):
    return palm_crop(Person(seed).palm(Hand.LEFT), sample, bands=(Band.GREY,))


@pytest.fixture(scope="module")
def palms():
    return [MAKER.make([crop(seed, 0)]) for seed in range(PALMS)]


@pytest.fixture(scope="module")
def probes():
    return [MAKER.probe([crop(seed, 1)]) for seed in range(3)]


def left_running(session):
    """Processes of a Ray session."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if session.encode() in command and state != "Z":
            found.append(command)
    return found


def patiently(start):
    """Ray gives a node half a minute, which on a very busy machine is too little."""
    for _ in range(4):
        try:
            return start()
        except Exception as error:  # what Ray raises
            if "timed out during startup" not in str(error):
                raise
            late = error
    raise late


@pytest.fixture(scope="module")
def cluster():
    """A head that holds nothing, and nodes that do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_health_check_period_ms", "1000")
        patch.setenv("RAY_health_check_failure_threshold", "5")
        made = patiently(
            lambda: Cluster(
                initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
            )
        )
        made.workers = [patiently(lambda: made.add_node(num_cpus=1)) for _ in range(NODES)]
        RayMatcher(address=made.address)
        made.wait_for_nodes()
        session = made.head_node.get_session_dir_path()
        yield made
        ray.shutdown()
        made.shutdown()
    until = time.monotonic() + 20
    while (left := left_running(session)) and time.monotonic() < until:
        time.sleep(0.2)
    assert left == []


@pytest.fixture(scope="module")
def two_by_two(cluster):
    return RayMatcher(shards=2, replicas=2)


@pytest.fixture
def shards(two_by_two):
    return two_by_two.gallery()


def strangers(count):
    random = np.random.default_rng(1)
    whole = np.full((1, 16), 2**64 - 1, np.uint64)
    for number in range(1000, 1000 + count):
        bits = random.integers(0, 2**64, (1, 128), np.uint64)
        yield number, Signature("blocks", 1, ("print",), bits, whole, Hand.LEFT)


class TestContract(MatcherContract):
    """What every matcher promises."""

    @pytest.fixture
    def matcher(self, two_by_two):
        return two_by_two


def assert_same(one, other, probe, among=None):
    for a, b in zip(one.score(probe, among=among), other.score(probe, among=among), strict=True):
        assert np.array_equal(a, b)
    assert one.search(probe, among=among, limit=7) == other.search(probe, among=among, limit=7)


def test_answers_are_those_of_one_machine_in_the_same_order(shards, palms, probes):
    alone = NumpyMatcher().gallery()
    twice = dict(enumerate(palms)) | {100 + n: palm for n, palm in enumerate(palms)}
    for gallery in (shards, alone):
        gallery.add(twice.items())
        gallery.add([(3, palms[4]), (6, attrs.evolve(palms[6], hand=Hand.RIGHT)), *strangers(20)])
        gallery.remove([5, 77, 1000])
    assert len(shards) == len(alone) == 2 * PALMS + 20 - 2
    for probe in probes:
        assert_same(shards, alone, probe)
        assert_same(shards, alone, probe, among=BitMap([1, 2, 3, 101, 1003, 5000]))
        assert_same(shards, alone, probe, among=BitMap())
        for hand in Hand:
            assert_same(shards, alone, attrs.evolve(probe, hand=hand))
    numbers, best = (0, 100), shards.search(probes[0], limit=2)
    assert tuple(one.reference for one in best) == numbers, "equal rates come by number"


def test_what_was_sent_is_overwritten_where_everybody_has_it(shards, palms, probes, monkeypatch):
    sent, put = [], ray.put

    def kept(value):
        sent.append(put(value))
        return sent[-1]

    with monkeypatch.context() as patch:
        patch.setattr(ray, "put", kept)
        shards.add(enumerate(palms))
        found = [shards.search(probe, limit=1)[0].reference for probe in probes]
    assert found == list(range(len(probes)))
    *references, one, two, three = map(ray.get, sent)
    packed = [some for several in references for some in several]
    assert sum(len(some.numbers) for some in packed) == len(palms)
    assert not any(some.bits.any() or some.masks.any() for some in packed)
    assert not any(probe.planes.any() or probe.mask.any() for probe in (one, two, three))


def test_a_node_dies_during_searches_and_its_replicas_are_restored(cluster, shards, palms, probes):
    alone = NumpyMatcher().gallery()
    for gallery in (shards, alone):
        gallery.add([*enumerate(palms), *strangers(50)])
    expected = alone.search(probes[1], limit=3)
    stop, answers, raised = threading.Event(), [], []

    def search():
        while not stop.is_set():
            try:
                answers.append(shards.search(probes[1], limit=3))
            except MatchingError as error:
                raised.append(error)

    searching = [threading.Thread(target=search) for _ in range(2)]
    for thread in searching:
        thread.start()
    cluster.remove_node(cluster.workers.pop(0), allow_graceful=False)
    after = len(answers)
    cluster.workers.append(patiently(lambda: cluster.add_node(num_cpus=1)))
    until = time.monotonic() + 120
    while time.monotonic() < until and (
        len(answers) < after + 10 or any(shard.replicas < 2 for shard in shards.shards)
    ):
        time.sleep(0.1)
    shards.add([(500, palms[0])])
    shards.remove([500])
    stop.set()
    for thread in searching:
        thread.join()
    assert raised == []
    assert len(answers) >= after + 10
    assert all(answer == expected for answer in answers)
    assert [shard.replicas for shard in shards.shards] == [2, 2]
    for shard in shards.shards:
        for one in shard._replicas:  # each by itself, also the restored ones
            there = ray.get(one.actor.score.remote(shards._number, probes[1], None))
            here = alone.score(probes[1], among=shard.held(shards._number))
            assert all(np.array_equal(a, b) for a, b in zip(there, here, strict=True))


def test_a_shard_that_is_lost_whole_is_an_error_and_not_an_empty_answer(cluster, palms, probes):
    gallery = RayMatcher(shards=2, replicas=1).gallery()
    gallery.add(enumerate(palms))
    kept, lost = (list(shard.held(gallery._number)) for shard in gallery.shards)
    assert len(kept) + len(lost) == PALMS
    ray.kill(gallery.shards[1]._replicas[0].actor)
    with pytest.raises(MatchingError, match=f"Shard 1 is lost with its {len(lost)} references"):
        gallery.search(probes[0])
    with pytest.raises(MatchingError, match="Shard 1"):
        gallery.add([(lost[0], palms[0])])
    gallery.shards[1]._restore_one()  # as one that began before the last was lost
    assert gallery.shards[1].replicas == 0, "an empty replica would answer that nobody is there"
    gallery.remove(lost)
    gallery.add([(kept[0], palms[0])])


def test_many_palms_give_the_answers_of_one_machine_whoever_is_asked(shards):
    alone = NumpyMatcher().gallery()
    codes = np.concatenate(list(drawn(4000, 3)))
    whole = np.full((4000, 1, 16), 2**64 - 1, np.uint64)
    people = [mates(number, 3) for number in range(6)]
    for gallery in (shards, alone):
        numbers = np.arange(4000, dtype=np.uint32)
        gallery.add_packed(ASPECTS, numbers, codes[:, None], whole, Hand.LEFT)
        gallery.add((5000 + n, pair.reference) for n, pair in enumerate(people) if n % 3)
    for number, pair in enumerate(people):
        for hand in (Hand.LEFT, Hand.UNKNOWN):
            probe = attrs.evolve(pair.probe, hand=hand)
            found = shards.search(probe, limit=7)
            assert found == alone.search(probe, limit=7)
            enrolled = number % 3 and hand in (pair.reference.hand, Hand.UNKNOWN)
            assert (found[0].reference == 5000 + number) is bool(enrolled)
        few = BitMap(range(0, 4000, 2))
        assert shards.search(probe, among=few) == alone.search(probe, among=few)


def test_the_settings_choose_it(cluster, palms, probes):
    settings = Settings.parse(
        '[drivers]\nmatcher = "ray"\n[matcher.ray]\nshards = 1\nreplicas = 1\n'
        "[plugins]\nload_seconds = 120\n"
    )
    with Registry.load(settings) as registry:
        gallery = registry.driver("matcher").gallery()
        gallery.add(enumerate(palms))
        assert gallery.search(probes[2])[0].reference == 2
    wrong = Settings.parse('[drivers]\nmatcher = "ray"\n[matcher.ray]\nshards = 0\n')
    with Registry.load(wrong) as registry, pytest.raises((SettingsError, PluginFailed)):
        registry.driver("matcher")
