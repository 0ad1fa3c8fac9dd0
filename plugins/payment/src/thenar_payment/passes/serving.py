"""Serves :class:`~thenar_payment.passes.PassUpdates` on its own, behind a proxy with https.

python -m thenar_payment.passes.serving passes.toml --port 8791
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Sequence
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import attrs
import cattrs

from thenar.errors import SettingsError
from thenar_payment.iso8583.dialect import in_words
from thenar_payment.passes.apple import AppleSettings
from thenar_payment.passes.book import PassBook
from thenar_payment.passes.updates import PassUpdates
from thenar_payment.pretix import PretixLoyalty, PretixLoyaltySettings


@attrs.frozen
class PassesSettings:
    """The settings file.

    Attributes:
        apple: who signs the passes.
        pretix: where points are.
        book: path of the SQLite file of issued passes.
    """

    apple: AppleSettings
    pretix: PretixLoyaltySettings
    book: str = "passes.sqlite"


class Server(ThreadingMixIn, WSGIServer):
    """A phone that is slow keeps nobody waiting."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Logs no address: it names a phone."""

    timeout = 30.0

    def log_message(self, *_: object) -> None:
        """Nothing."""


def load(path: Path) -> PassesSettings:
    """Read the settings. Raises SettingsError."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Path, lambda value, _: Path(value))
    try:
        return converter.structure(tomllib.loads(path.read_text("utf-8")), PassesSettings)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}.") from None
    except cattrs.BaseValidationError as error:
        wrong = "; ".join(cattrs.transform_error(error, format_exception=in_words))
        raise SettingsError(f"{path}: {wrong}.") from None


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="thenar_payment.passes.serving", description=__doc__)
    parser.add_argument("settings", type=Path, help="TOML file: [apple], [pretix], book")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8791)
    asked = parser.parse_args(arguments)
    settings = load(asked.settings)
    book, programme = PassBook(settings.book), PretixLoyalty(settings.pretix)
    updates = PassUpdates(settings.apple, programme, book)
    with make_server(asked.host, asked.port, updates, Server, Quiet) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
