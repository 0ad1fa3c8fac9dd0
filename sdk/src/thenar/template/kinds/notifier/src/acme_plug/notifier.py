"""The notifier: a folder into which mail is dropped."""

from __future__ import annotations

import itertools
import os
import re
import time
from email.message import EmailMessage
from pathlib import Path

import attrs
from thenar.errors import NotifierError
from thenar.records import Message

ADDRESS = re.compile(r"[^\s@<>,;:\"'()\\]+@[A-Za-z0-9.-]+")
"""One plain address: nothing that a mail server could take for two."""


@attrs.frozen
class AcmePlugSettings:
    """The table ``[notifier.acme-plug]``.

    Attributes:
        folder: where mail is dropped; made where it is missing.
        sender: address that it comes from.
    """

    folder: Path
    sender: str


class AcmePlugNotifier:
    """Drops each message as one file, written whole before it appears."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self._settings = settings
        self._numbers = itertools.count()

    def send(self, message: Message) -> None:
        """Drop one message. Raises NotifierError: it cannot be written, or is no mail."""
        mail = mail_of(message, self._settings.sender)
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self._numbers):06d}"
        file = self._settings.folder / f"{name}.part"
        try:
            self._settings.folder.mkdir(parents=True, exist_ok=True)
            file.write_bytes(bytes(mail))
            file.replace(file.with_suffix(".eml"))
        except OSError as error:
            raise NotifierError(
                f"Mail cannot be dropped into {self._settings.folder}: {error.strerror}.",
                remedy="check the folder in the settings, and who may write there.",
            ) from None


def mail_of(message: Message, sender: str) -> EmailMessage:
    """A message as Internet mail. Raises NotifierError: the address or subject cannot be."""
    if not ADDRESS.fullmatch(message.address):
        raise NotifierError("Expected one plain address of mail.", remedy="ask for it again.")
    mail = EmailMessage()
    try:
        mail["From"], mail["To"] = sender, message.address
        mail["Subject"] = message.subject
    except (ValueError, UnicodeError):
        raise NotifierError("Expected an address and a subject of one line each.") from None
    mail.set_content(message.body, cte="base64")
    return mail
