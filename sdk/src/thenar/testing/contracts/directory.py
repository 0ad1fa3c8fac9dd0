"""The contract of directories."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from thenar.errors import DirectoryError
from thenar.protocols import Directory
from thenar.records import DirectoryEntry
from thenar.testing.contracts._suite import (
    HOSTILE,
    Ability,
    PeerContract,
    attempt,
    needs,
    together,
    within,
)


class DirectoryContract(PeerContract):
    """A :class:`~thenar.protocols.Directory`.

    Give ``directory`` and ``known``, the identifier of an active person in it.
    """

    kind = "directory"

    @pytest.fixture
    def directory(self) -> Directory:
        """The directory under test, made afresh."""
        self.lacks("directory")

    @pytest.fixture
    def known(self) -> str:
        """Identifier of an active person."""
        self.lacks("known")

    @pytest.fixture
    def inactive(self) -> str:
        """Identifier of somebody who left; needs :attr:`Ability.INACTIVE`."""
        self.lacks("inactive")

    def everybody(self, directory: Directory) -> list[DirectoryEntry]:
        """All entries, within the deadline."""
        return within(self.seconds, lambda: list(directory.entries()))

    def test_has_what_the_protocol_promises(self, directory: Directory) -> None:
        """It lists everybody and looks one up."""
        self.keeps_protocol(directory)

    def test_lists_entries(self, directory: Directory, known: str) -> None:
        """The list is of entries, and the known person is in it."""
        entries = self.everybody(directory)
        kinds = {type(one) for one in entries}
        assert kinds == {DirectoryEntry}, f"entries gave {kinds}"
        assert known in {one.external_id for one in entries}

    def test_lists_nobody_twice(self, directory: Directory) -> None:
        """An identifier stands for one person."""
        identifiers = [one.external_id for one in self.everybody(directory)]
        assert len(identifiers) == len(set(identifiers))

    def test_lists_the_same_again(self, directory: Directory) -> None:
        """Asked twice, it answers twice, in full."""
        first = {one.external_id for one in self.everybody(directory)}
        assert {one.external_id for one in self.everybody(directory)} == first

    def test_looks_up_what_it_lists(self, directory: Directory, known: str) -> None:
        """One person looked up is the person listed."""
        found = within(self.seconds, directory.look_up, known)
        assert found is not None
        assert found.active
        assert found in self.everybody(directory)

    def test_an_unknown_person_is_none(self, directory: Directory) -> None:
        """Whoever is not there is None, not an error."""
        assert within(self.seconds, directory.look_up, "nobody-8d1f") is None

    def test_hostile_identifiers_find_nobody(self, directory: Directory) -> None:
        """Odd texts find nobody, or raise DirectoryError; nothing else happens."""
        for text in HOSTILE:
            found = attempt(DirectoryError, directory.look_up, text)
            assert found is None, f"{text[:40]!r} finds somebody"

    def test_nearly_right_is_wrong(self, directory: Directory, known: str) -> None:
        """An identifier with a character more or less is somebody else's, or nobody's."""
        for wrong in (known + "0", " " + known, known + "\n", known * 2):
            found = attempt(DirectoryError, directory.look_up, wrong)
            assert found is None or found.external_id == wrong

    def test_a_list_left_half_read_changes_nothing(self, directory: Directory, known: str) -> None:
        """Whoever stops reading the list can still look people up, and list them again."""
        next(iter(directory.entries()))
        assert within(self.seconds, directory.look_up, known) is not None
        assert known in {one.external_id for one in self.everybody(directory)}

    def test_asked_on_several_threads(self, directory: Directory, known: str) -> None:
        """Lists and look-ups at the same moment do not disturb one another."""
        calls: list[Callable[[], object]] = [
            lambda: directory.look_up(known),
            lambda: list(directory.entries()),
        ] * 3
        answers = together(calls, self.seconds)
        assert len(answers) == len(calls), "a known person was not found"
        assert not [one for one in answers if isinstance(one, Exception)], answers

    def test_works_when_the_clock_is_set(
        self, directory: Directory, known: str, set_clock: Callable[[float], None]
    ) -> None:
        """The clock of the machine may be set: people are still found."""
        set_clock(-86_400.0)
        assert within(self.seconds, directory.look_up, known) is not None
        set_clock(86_400.0)
        assert within(self.seconds, directory.look_up, known) is not None

    def test_closing_twice_is_allowed(self, directory: Directory) -> None:
        """Whatever can be closed may be closed twice."""
        self.closes_twice(directory)

    @needs(Ability.INACTIVE)
    def test_whoever_left_is_inactive(self, directory: Directory, inactive: str) -> None:
        """Somebody who left is listed and looked up as inactive."""
        found = within(self.seconds, directory.look_up, inactive)
        assert found is None or not found.active, "they left, and are active"
        listed = [one for one in self.everybody(directory) if one.external_id == inactive]
        assert not [one for one in listed if one.active], "they left, and are listed as active"

    @needs(Ability.UNREACHABLE)
    def test_an_unreachable_directory_is_an_error(
        self, directory: Directory, known: str, unreachable: AbstractContextManager[object]
    ) -> None:
        """No answer is DirectoryError, never an empty list or nobody."""
        with unreachable:
            with pytest.raises(DirectoryError):
                self.everybody(directory)
            with pytest.raises(DirectoryError):
                within(self.seconds, directory.look_up, known)
        assert within(self.seconds, directory.look_up, known) is not None

    @needs(Ability.SILENT)
    def test_a_silent_directory_is_given_up_in_time(
        self, directory: Directory, known: str, silent: AbstractContextManager[object]
    ) -> None:
        """Where no answer comes, DirectoryError comes before the deadline; later it works again."""
        with silent, pytest.raises(DirectoryError):
            within(self.seconds, directory.look_up, known)
        assert within(self.seconds, directory.look_up, known) is not None
