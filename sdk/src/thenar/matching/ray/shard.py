"""One shard of a gallery as its owner sees it: replicas that may be lost and are made anew."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

import attrs
import ray
from pyroaring import BitMap
from ray.exceptions import GetTimeoutError, RayError

from thenar.errors import MatchingError
from thenar.matching.ray.actor import Packed, overwrite, start
from thenar.parameters import RAY

log = logging.getLogger("thenar.matching")
_NOBODY = BitMap()


@attrs.frozen(eq=False)
class Replica:
    """An actor that holds the shard.

    Attributes:
        actor: its handle.
        node: the machine it runs on.
    """

    actor: Any
    node: str


class Shard:
    """References of some galleries, of which every replica holds all.

    Attributes:
        number: of the shard, from 0.
        numbers: gallery → its references here.

    Args:
        number: of the shard, from 0.
        wanted: how many replicas there should be, from 1.
    """

    def __init__(self, number: int, wanted: int) -> None:
        self.number = number
        self.numbers: dict[int, BitMap] = {}
        self._wanted = wanted
        self._turn = itertools.count()
        self._list = threading.Lock()
        self._change = threading.RLock()
        self._restoring = False
        self._replicas: tuple[Replica, ...] = ()
        for _ in range(wanted):
            self._replicas += (self._started(),)

    def _started(self) -> Replica:
        actor = start(self.number, {replica.node for replica in self._replicas})
        try:
            return Replica(actor, ray.get(actor.node.remote(), timeout=RAY.start_seconds))
        except RayError:
            ray.kill(actor)
            raise

    def held(self, gallery: int) -> BitMap:
        """The references of a gallery that are here; the caller must not change them."""
        return self.numbers.get(gallery, _NOBODY)

    def ask(self, method: str, *arguments: object) -> Answer:
        """Ask one replica, the next in turn. Raises MatchingError: every one is lost."""
        replicas = self._replicas
        if not replicas:
            raise self._gone()
        replica = replicas[next(self._turn) % len(replicas)]
        asked = getattr(replica.actor, method).remote(*arguments)
        return Answer(self, replica, asked, method, arguments)

    def add(self, gallery: int, arriving: Sequence[Packed]) -> None:
        """Add or replace references in every replica. Raises MatchingError: every one is lost."""
        with self._change:
            sent: ray.ObjectRef[Sequence[Packed]] = ray.put(arriving)
            self._tell("add", gallery, sent)
            self._tell("overwrite", sent)  # where they are on other machines
            overwrite(ray.get(sent))
            if not self._replicas:
                raise self._gone()
            fresh = [BitMap(some.numbers) for some in arriving]
            self.numbers[gallery] = BitMap.union(self.held(gallery), *fresh)

    def _gone(self) -> MatchingError:
        return MatchingError(
            f"Shard {self.number} is lost with its "
            f"{sum(map(len, self.numbers.values()))} references.",
            remedy="start the service again, and give it replicas on more machines",
        )

    def remove(self, gallery: int, numbers: BitMap) -> None:
        """Remove references from every replica that is left."""
        with self._change:
            self._tell("remove", gallery, numbers)
            self.numbers[gallery] = self.held(gallery) - numbers

    def drop(self, gallery: int) -> None:
        """Do without a gallery."""
        self.numbers.pop(gallery, None)
        for replica in self._replicas:
            replica.actor.drop.remote(gallery)

    def _tell(self, method: str, *arguments: object) -> None:
        asked = [
            (replica, getattr(replica.actor, method).remote(*arguments))
            for replica in self._replicas
        ]
        for replica, answer in asked:
            try:
                ray.get(answer, timeout=RAY.answer_seconds)
            except (RayError, GetTimeoutError) as error:
                self.lost(replica, error)

    def lost(self, replica: Replica, error: Exception) -> None:
        """Do without a replica, and make another from those that are left."""
        with self._list:
            if replica not in self._replicas:
                return
            self._replicas = tuple(one for one in self._replicas if one is not replica)
            begin, self._restoring = not self._restoring, True
        log.warning(
            "replica lost",
            extra={"shard": self.number, "node": replica.node, "error": type(error).__name__},
        )
        if begin:
            name = f"thenar-shard-{self.number}"
            threading.Thread(target=self._restore, name=name, daemon=True).start()

    def _restore(self) -> None:
        """Make replicas until there are enough, however often that fails."""
        pause = RAY.again_seconds
        while self._short():
            try:
                self._restore_one()
                pause = RAY.again_seconds
            except RayError as error:
                log.warning(
                    "replica not restored",
                    extra={"shard": self.number, "error": type(error).__name__},
                )
                time.sleep(pause)
                pause = min(2 * pause, RAY.again_seconds_at_most)

    def _short(self) -> bool:
        """Whether a replica is wanted and can be made; where not, nobody is restoring."""
        with self._list:
            missing = 0 < len(self._replicas) < self._wanted
            self._restoring = missing and ray.is_initialized()
            return self._restoring

    def _restore_one(self) -> None:
        """Make a replica of another, all of it or none; changes wait for it, searches do not."""
        with self._change:
            fresh = self._started()
            source = next(iter(self._replicas), None)
            if source is None:  # the last was lost by now
                return
            for gallery in list(self.numbers):
                self._copy(gallery, source, fresh)
            with self._list:
                self._replicas += (fresh,)
        log.info("replica restored", extra={"shard": self.number, "node": fresh.node})

    def _copy(self, gallery: int, source: Replica, into: Replica) -> None:
        place: int | None = 0
        while place is not None:
            (some,), place = ray.get(
                source.actor.copied.remote(gallery, place, RAY.copied_at_once),
                timeout=RAY.answer_seconds,
            )
            ray.get(into.actor.add.remote(gallery, some), timeout=RAY.answer_seconds)
            both = [one.actor.overwrite.remote(some) for one in (into, source)]
            ray.get(both, timeout=RAY.answer_seconds)

    @property
    def replicas(self) -> int:
        """How many there are now."""
        return len(self._replicas)


@attrs.define(eq=False)
class Answer:
    """What a replica was asked; another is asked where it is lost.

    Attributes:
        shard: whose it is.
        replica: who was asked last.
        asked: Ray's reference to the answer.
        method: what was asked.
        arguments: of it.
    """

    shard: Shard
    replica: Replica
    asked: Any
    method: str
    arguments: tuple[object, ...]

    def get(self) -> Any:
        """The answer. Raises MatchingError: every replica is lost."""
        while True:
            try:
                return ray.get(self.asked, timeout=RAY.answer_seconds)
            except (RayError, GetTimeoutError) as error:
                self.shard.lost(self.replica, error)
                other = self.shard.ask(self.method, *self.arguments)
                self.replica, self.asked = other.replica, other.asked

    def again(self, method: str) -> Answer:
        """Ask the replica that answered something else, with the same arguments."""
        asked = getattr(self.replica.actor, method).remote(*self.arguments)
        return Answer(self.shard, self.replica, asked, method, self.arguments)

    def last(self, method: str, *arguments: object) -> None:
        """Tell the replica that answered, and wait for nothing."""
        getattr(self.replica.actor, method).remote(*arguments)
