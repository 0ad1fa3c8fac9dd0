"""Who may be found: the bitmaps against a plain reading of the rules."""

import attrs
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thenar.cloud.references import Member, References
from thenar.messages import Purpose
from thenar.records import Hand, LinkKind, Signature

TENANTS, PROVIDERS = ("t", "u"), ("a", "b")
LINKS = st.frozensets(st.tuples(st.sampled_from(LinkKind), st.sampled_from(PROVIDERS)), max_size=4)
CONSENTS = st.frozensets(st.sampled_from(Purpose), max_size=5)


def signature(hand):
    zero = np.zeros((1, 1), np.uint64)
    return Signature("none", 1, ("print",), zero, zero, hand)


@attrs.frozen
class Person:
    member: Member
    hands: tuple[Hand, ...]


@st.composite
def people(draw):
    drawn = []
    for number in range(draw(st.integers(0, 6))):
        member = Member(
            person=number,
            subject=f"subject {number}",
            tenant=draw(st.sampled_from(TENANTS)),
            purposes=draw(CONSENTS),
            links=draw(LINKS),
        )
        hands = draw(st.lists(st.sampled_from(Hand), min_size=1, max_size=2, unique=True))
        drawn.append(Person(member, tuple(hands)))
    return drawn


class Gallery:
    def __init__(self):
        self.numbers = set()

    def add(self, references):
        self.numbers |= {number for number, _ in references}

    def remove(self, references):
        self.numbers -= set(references)


def numbers(person):
    return [10 * person.member.person + n for n in range(len(person.hands))]


def expected(everybody, tenant, hand, purpose, provider):
    found = set()
    for person in everybody:
        member, needed = person.member, purpose.link_kind
        consented = purpose in member.purposes or purpose in (Purpose.LINK, Purpose.FORGET)
        linked = (needed is None and not provider) or any(
            needed in (None, kind) and provider in ("", of) for kind, of in member.links
        )
        if member.tenant == tenant and consented and linked:
            found |= {
                number
                for number, own in zip(numbers(person), person.hands, strict=True)
                if hand == own or Hand.UNKNOWN in (hand, own)
            }
    return found


QUESTION = st.tuples(
    st.sampled_from(TENANTS),
    st.sampled_from(Hand),
    st.sampled_from(Purpose),
    st.sampled_from(("", *PROVIDERS)),
)


@given(people(), st.lists(QUESTION, min_size=1, max_size=8), st.data())
def test_exactly_those_are_searched_whom_the_rules_allow(everybody, questions, data):
    gallery = Gallery()
    references = References(gallery)
    for person in everybody:
        palms = zip(numbers(person), map(signature, person.hands), strict=True)
        references.add(person.member, list(palms))
    if everybody:
        gone = data.draw(st.sampled_from(everybody))
        references.remove(gone.member.person)
        references.remove(gone.member.person)
        everybody = [person for person in everybody if person is not gone]
    if everybody:
        at = data.draw(st.integers(0, len(everybody) - 1))
        member = attrs.evolve(
            everybody[at].member, links=data.draw(LINKS), purposes=data.draw(CONSENTS)
        )
        everybody[at] = attrs.evolve(everybody[at], member=member)
        references.change(member)
    for tenant, hand, purpose, provider in questions:
        found = references.candidates(tenant, hand, purpose, provider)
        assert set(found) == expected(everybody, tenant, hand, purpose, provider)
    every = {number for person in everybody for number in numbers(person)}
    assert gallery.numbers == every
    assert len(references) == len(every)
    assert all(references.member(number) for number in every)


def test_what_changed_about_somebody_who_is_gone_is_ignored():
    references = References(Gallery())
    member = Member(1, "s", "t", frozenset(Purpose), frozenset())
    references.change(member)
    assert not references.candidates("t", Hand.LEFT, Purpose.FORGET)
    assert references.member(1) is None
