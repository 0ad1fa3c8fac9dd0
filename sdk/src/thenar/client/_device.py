"""What a device asks of the secure service, without a network."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel

from thenar.client._exchange import Exchange, ask
from thenar.client.identity import DeviceIdentity
from thenar.errors import CloudRefused, InvalidRecord
from thenar.messages import (
    Activated,
    Activation,
    AgeCheck,
    AgeChecked,
    Amount,
    Basket,
    Bill,
    Capture,
    Charge,
    Checkout,
    Consent,
    DefaultCard,
    DeviceReport,
    DeviceReported,
    Enrolled,
    Enrolment,
    Forgotten,
    Health,
    Identified,
    Identifying,
    Linking,
    LinkView,
    Loyalty,
    LoyaltyAction,
    LoyaltyStanding,
    NewCheckout,
    NewLink,
    NewTab,
    OwnPayments,
    PassageAnnulment,
    PassageRecord,
    PassageRecorded,
    Payment,
    Permit,
    Permitting,
    Purpose,
    Refund,
    Refundable,
    SealKey,
)
from thenar.records import Decision, Hand, Link, Money, PalmCrop
from thenar.vault import sealing

Answer = TypeVar("Answer", bound=BaseModel)


def activation(code: str) -> Exchange[DeviceIdentity]:
    """Make this machine a device of the service; see :func:`thenar.client.activate`."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    asked = Activation(code=code, public_key=public)
    activated = yield from ask(Activated, "POST", "/v1/devices/activate", body=asked)
    return DeviceIdentity.of(activated, key)


class DeviceRequests:
    """Every request of a device.

    Args:
        identity: from an activation.
    """

    def __init__(self, identity: DeviceIdentity) -> None:
        self.identity = identity

    def enrol(
        self,
        palms: Mapping[Hand, Sequence[PalmCrop]],
        *,
        consent: Consent,
        links: Sequence[Link] = (),
        contact: str = "",
        idempotency_key: str,
    ) -> Exchange[Enrolled]:
        """Enrol one or both palms of a person.

        Args:
            palms: several captures a hand, LEFT or RIGHT.
            consent: what the person agreed to.
            links: payment token, loyalty number, ticket, badge, age proof.
            contact: where the portal's one-time codes go; may be empty.
            idempotency_key: of this enrolment.

        Refused as ``duplicate-palm`` when a palm is enrolled already.
        """
        crops = [attrs.evolve(crop, hand=hand) for hand in palms for crop in palms[hand]]
        new = tuple(NewLink.of(link) for link in links)

        def body() -> Enrolment:
            return Enrolment(
                envelope=self._seal(crops, sealing.Use.ENROLMENT),
                palms=tuple(palms),  # type: ignore[arg-type]
                links=new,
                consent=consent,
                contact=contact,
            )

        return self._sealed(Enrolled, "/v1/enrolments", body, idempotency_key)

    def identify(
        self, crops: Sequence[PalmCrop], *, purpose: Purpose, provider: str = ""
    ) -> Exchange[Identified]:
        """Whose palm is this, among those whom the purpose allows?

        Args:
            crops: captures of one palm.
            purpose: what it is shown for.
            provider: only people with a link of this provider; empty: any.
        """

        def body() -> Identifying:
            envelope = self._seal(crops, sealing.Use.IDENTIFICATION)
            return Identifying(envelope=envelope, purpose=purpose, provider=provider)

        return self._sealed(Identified, "/v1/identifications", body, None)

    def pay(
        self,
        assertion: str,
        amount: Money,
        *,
        idempotency_key: str,
        capture: bool = True,
        link: str | None = None,
    ) -> Exchange[Payment]:
        """Charge the recognised person. *Moves money.*

        A decline is an answer (``state`` is ``declined``), not an error. ``unknown`` is
        settled by the service; ask :meth:`payment` again.

        Args:
            assertion: of an identification for ``pay``.
            amount: how much.
            idempotency_key: of this payment.
            capture: False only authorises.
            link: which payment link; None: the default, else the newest.
        """
        body = Charge(assertion=assertion, amount=Amount.of(amount), capture=capture, link=link)
        return self._ask(Payment, "POST", "/v1/payments", body, idempotency_key)

    def payment(self, payment: str) -> Exchange[Payment]:
        """A payment as it stands now."""
        return self._ask(Payment, "GET", f"/v1/payments/{payment}")

    def capture(self, payment: str, amount: Money, *, idempotency_key: str) -> Exchange[Payment]:
        """Capture up to what was authorised. *Moves money.*"""
        body = Capture(amount=Amount.of(amount))
        return self._ask(Payment, "POST", f"/v1/payments/{payment}/capture", body, idempotency_key)

    def cancel(self, payment: str, *, idempotency_key: str) -> Exchange[Payment]:
        """Give up an authorisation."""
        return self._ask(Payment, "POST", f"/v1/payments/{payment}/cancel", None, idempotency_key)

    def refund(
        self,
        payment: str,
        amount: Money,
        *,
        assertion: str | None = None,
        idempotency_key: str,
    ) -> Exchange[Payment]:
        """Give back up to what was captured. *Moves money.*

        Args:
            payment: which.
            amount: how much.
            assertion: for ``pay``, of who paid: refused where it is somebody else. None:
                the palm was not shown.
            idempotency_key: of this refund.
        """
        body = Refund(amount=Amount.of(amount), assertion=assertion)
        return self._ask(Payment, "POST", f"/v1/payments/{payment}/refund", body, idempotency_key)

    def refundable(self, assertion: str) -> Exchange[Refundable]:
        """What the recognised person paid and may be given back; the assertion is for ``pay``."""
        body = OwnPayments(assertion=assertion)
        return self._ask(Refundable, "POST", "/v1/refundable-payments", body)

    def check_out(
        self,
        assertion: str,
        basket: Basket,
        *,
        tip: int = 0,
        card: str | None = None,
        redeem: int = 0,
        programme: str = "",
        receipt: bool = False,
        idempotency_key: str,
    ) -> Exchange[Checkout]:
        """Pay for a basket: authorise, spend points, capture, earn points. *Moves money.*

        Args:
            assertion: of an identification for ``pay``.
            basket: what is bought.
            tip: minor units on top.
            card: which payment link; None: the default, else the newest.
            redeem: points to spend; what they are not good for is paid with the card.
            programme: name of the loyalty offer; empty: the newest membership.
            receipt: whether the receipt is sent to the person's contact.
            idempotency_key: of this checkout.
        """
        body = NewCheckout(
            assertion=assertion,
            basket=basket,
            tip=tip,
            card=card,
            redeem=redeem,
            programme=programme,
            receipt=receipt,
        )
        return self._ask(Checkout, "POST", "/v1/checkouts", body, idempotency_key)

    def checkout(self, checkout: str) -> Exchange[Checkout]:
        """A checkout or tab as it stands now."""
        return self._ask(Checkout, "GET", f"/v1/checkouts/{checkout}")

    def open_tab(
        self,
        assertion: str,
        hold: Money,
        *,
        most: int | None = None,
        card: str | None = None,
        idempotency_key: str,
    ) -> Exchange[Checkout]:
        """Hold money for somebody who goes in and pays when they are out. *Moves money.*

        Args:
            assertion: of an identification for ``pay``.
            hold: what is held.
            most: minor units that the basket may cost; None: as much as is held.
            card: which payment link; None: the default, else the newest.
            idempotency_key: of this tab.
        """
        body = NewTab(assertion=assertion, hold=Amount.of(hold), most=most, card=card)
        return self._ask(Checkout, "POST", "/v1/tabs", body, idempotency_key)

    def settle_tab(
        self,
        tab: str,
        basket: Basket,
        *,
        tip: int = 0,
        redeem: int = 0,
        programme: str = "",
        receipt: bool = False,
        idempotency_key: str,
    ) -> Exchange[Checkout]:
        """Pay for what somebody took along, of what is held. *Moves money.*

        The arguments are those of :meth:`check_out`.
        """
        body = Bill(basket=basket, tip=tip, redeem=redeem, programme=programme, receipt=receipt)
        return self._ask(Checkout, "POST", f"/v1/tabs/{tab}/settle", body, idempotency_key)

    def leave_tab(self, tab: str) -> Exchange[Checkout]:
        """Release what is held: nothing was taken. May be repeated."""
        return self._ask(Checkout, "POST", f"/v1/tabs/{tab}/leave")

    def check_age(self, assertion: str, years: int) -> Exchange[AgeChecked]:
        """Whether the recognised person has so many years; for ``age`` or ``pay``."""
        body = AgeCheck(assertion=assertion, years=years)
        return self._ask(AgeChecked, "POST", "/v1/age-checks", body)

    def prefer_card(self, assertion: str, link: str) -> Exchange[LinkView]:
        """Make a payment link the default; the assertion is for ``link``. May be repeated."""
        body = DefaultCard(assertion=assertion, link=link)
        return self._ask(LinkView, "PUT", "/v1/cards/default", body)

    def loyalty(
        self,
        assertion: str,
        action: LoyaltyAction,
        *,
        points: int = 0,
        programme: str = "",
        idempotency_key: str,
    ) -> Exchange[LoyaltyStanding]:
        """Present the loyalty membership: look up, accrue or redeem.

        Args:
            assertion: of an identification for ``loyalty`` or ``pay``.
            action: what to do.
            points: how many, 0 to look up.
            programme: name of the loyalty offer; empty: the newest link.
            idempotency_key: of this action.
        """
        body = Loyalty(assertion=assertion, action=action, points=points, programme=programme)
        return self._ask(LoyaltyStanding, "POST", "/v1/loyalty", body, idempotency_key)

    def record_passage(
        self,
        door: str,
        decision: Decision,
        *,
        assertion: str | None = None,
        at: float | None = None,
        idempotency_key: str,
    ) -> Exchange[PassageRecorded]:
        """Put a door's decision into the log.

        Args:
            door: its name in the device's settings.
            decision: what was decided.
            assertion: for ``enter`` or ``badge``; None where nobody was recognised.
            at: seconds since the epoch, UTC, of the decision; None: now.
            idempotency_key: of this passage.
        """
        body = PassageRecord(
            door=door,
            assertion=assertion,
            allow=decision.allow,
            reason=decision.reason,
            offline=decision.offline,
            time=time.time() if at is None else at,
        )
        return self._ask(PassageRecorded, "POST", "/v1/passages", body, idempotency_key)

    def annul_passage(
        self, door: str, passage: str, reason: str, *, at: float
    ) -> Exchange[PassageRecorded]:
        """Say that somebody who was let in did not go through. May be repeated.

        Args:
            door: its name in the device's settings.
            passage: idempotency key of the passage, see :meth:`record_passage`.
            reason: the door's own words.
            at: seconds since the epoch, UTC.
        """
        body = PassageAnnulment(passage=passage, door=door, reason=reason, time=at)
        return self._ask(PassageRecorded, "POST", "/v1/passages/annulments", body)

    def permit(self, assertion: str, door: str, *, idempotency_key: str) -> Exchange[Permit]:
        """Ask the site's policy whether the recognised person may pass a door.

        Args:
            assertion: for ``enter`` or ``badge``.
            door: its name in the device's settings.
            idempotency_key: of the passage, which :meth:`record_passage` has too.
        """
        body = Permitting(assertion=assertion, door=door)
        return self._ask(Permit, "POST", "/v1/permits", body, idempotency_key)

    def link(self, assertion: str, link: Link, *, idempotency_key: str) -> Exchange[LinkView]:
        """Tie something more to the recognised person; the assertion is for ``link``."""
        body = Linking(assertion=assertion, link=NewLink.of(link))
        return self._ask(LinkView, "POST", "/v1/links", body, idempotency_key)

    def forget(self, subject: str, *, assertion: str) -> Exchange[Forgotten]:
        """Forget the recognised person; the assertion is for ``forget``. May be repeated."""
        headers = {"thenar-assertion": assertion}
        return self._ask(Forgotten, "DELETE", f"/v1/people/{subject}", headers=headers)

    def report(
        self, *, version: str, camera: str = "", trouble: str = ""
    ) -> Exchange[DeviceReported]:
        """Say how the device does; about once a minute.

        Args:
            version: of the terminal's program.
            camera: the camera's driver.
            trouble: code of the newest error since the last report; empty where there was none.
        """
        told = DeviceReport(version=version, camera=camera, trouble=trouble)
        return self._ask(DeviceReported, "PUT", "/v1/devices/standing", told)

    def health(self) -> Exchange[Health]:
        """Whether the service lives."""
        return ask(Health, "GET", "/v1/health")

    def ready(self) -> Exchange[Health]:
        """Whether the service can identify."""
        return ask(Health, "GET", "/v1/ready")

    def _seal(self, crops: Sequence[PalmCrop], use: sealing.Use) -> bytes:
        identity = self.identity
        return sealing.seal(
            crops, identity.seal_key, use=use, tenant=identity.tenant, device=identity.device
        )

    def _sealed(
        self,
        answer: type[Answer],
        path: str,
        body: Callable[[], BaseModel],
        idempotency_key: str | None,
    ) -> Exchange[Answer]:
        """Ask with an envelope; once more with the newest key if the service left the old one."""
        try:
            return (yield from self._ask(answer, "POST", path, body(), idempotency_key))
        except CloudRefused as refused:
            if refused.problem != "key-unavailable":
                raise
        seal_key = yield from ask(SealKey, "GET", "/v1/keys/seal")
        self.identity = self.identity.with_seal_key(seal_key)
        return (yield from self._ask(answer, "POST", path, body(), idempotency_key))

    def _ask(
        self,
        answer: type[Answer],
        method: str,
        path: str,
        body: BaseModel | None = None,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange[Answer]:
        sent = dict(headers or {})
        if idempotency_key is not None:
            if not 8 <= len(idempotency_key) <= 100 or not idempotency_key.isascii():
                raise InvalidRecord(
                    "idempotency_key: expected 8 to 100 ASCII characters, "
                    f"got {len(idempotency_key)}."
                )
            sent["idempotency-key"] = idempotency_key
        return ask(
            answer,
            method,
            path,
            body=body,
            headers=sent,
            signer=(self.identity.device, self.identity.key),
        )
