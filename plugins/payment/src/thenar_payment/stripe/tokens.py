"""A card becomes a token: its number goes into one buffer, which is overwritten after use."""

from __future__ import annotations

from urllib.parse import quote

from thenar.errors import PaymentDeclined
from thenar.records import Card, PaymentToken
from thenar_payment.stripe.wire import Wire

PROCESSOR = "stripe"


def tokenise(wire: Wire, card: Card, key: str) -> PaymentToken:
    """Save a card at Stripe for later payments off session.

    Raises:
        PaymentDeclined: the card cannot be saved, or its issuer wants the holder to
            authenticate, which needs a browser.
        PaymentUnknown: no answer; nothing was paid, so it can be done again.
    """
    method = wire.post_wiped("/v1/payment_methods", _card_form(card), key=f"{key}-method")["id"]
    customer = wire.post("/v1/customers", {"metadata[thenar_card]": key}, key=f"{key}-customer")[
        "id"
    ]
    setup = wire.post(
        "/v1/setup_intents",
        {"customer": customer, "usage": "off_session", "payment_method_types[]": "card"},
        key=f"{key}-setup",
    )
    setup = wire.post(
        f"/v1/setup_intents/{setup['id']}/confirm",
        {"payment_method": method},
        key=f"{key}-confirm",
    )
    if setup["status"] != "succeeded":
        wire.post(f"/v1/setup_intents/{setup['id']}/cancel", {}, key=f"{key}-cancel")
        raise PaymentDeclined(
            "The card's issuer asks the holder to authenticate (3-D Secure).",
            remedy="link this card in a browser, or use another card.",
        )
    return PaymentToken(
        PROCESSOR, f"{customer}/{method}", brand=card.brand, last4=card.last4, expiry=card.expiry
    )


def forget(wire: Wire, token: str) -> None:
    """Delete a saved card with its customer; what is not there, or not Stripe's, is no error."""
    try:
        customer, _ = parts(token)
    except PaymentDeclined:
        return
    wire.delete(f"/v1/customers/{quote(customer, safe='')}")


def parts(token: str) -> tuple[str, str]:
    """Customer and payment method of a token.

    Raises:
        PaymentDeclined: not a token of this provider.
    """
    customer, slash, method = token.partition("/")
    if not slash or not customer.startswith("cus_") or not method:
        raise PaymentDeclined("The payment link was not made by Stripe.", remedy="link a card.")
    return customer, method


def _card_form(card: Card) -> bytearray:
    year, month = card.expiry.split("-")
    number = card.number()
    start = b"type=card&card%5Bnumber%5D="
    end = f"&card%5Bexp_month%5D={int(month)}&card%5Bexp_year%5D={year}".encode("ascii")
    body = bytearray(len(start) + len(number) + len(end))
    body[: len(start)] = start
    body[len(start) : len(start) + len(number)] = number
    body[len(start) + len(number) :] = end
    return body
