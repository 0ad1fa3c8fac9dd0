"""``python -m thenar_access.tonight``: keeps a candidate list of tonight's ticket holders."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from thenar.errors import DoorError
from thenar_access.holders import TicketHolders


def main(arguments: Sequence[str] | None = None) -> int:
    """Refresh once, or again and again; a turn without an answer leaves the list as it was.

    Returns:
        0; 1 where the only turn got no answer.
    """
    asked = _parser().parse_args(arguments)
    holders = TicketHolders(
        asked.url,
        asked.organizer,
        asked.token_file.read_text(encoding="utf-8").strip(),
        asked.event,
        asked.list,
    )
    try:
        while True:
            is_told = _refresh(holders)
            if not asked.every:
                return 0 if is_told else 1
            time.sleep(asked.every)
    except KeyboardInterrupt:
        return 0
    finally:
        holders.close()


def _refresh(holders: TicketHolders) -> bool:
    try:
        done = holders.refresh()
    except DoorError as error:
        sys.stderr.write(f"{error}\n")
        return False
    told = f"{done.holders} holders; changed: {done.orders} orders, {done.media} links"
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m thenar_access.tonight", description=main.__doc__
    )
    parser.add_argument("--url", required=True, help="of pretix")
    parser.add_argument("--organizer", required=True, help="its slug")
    parser.add_argument("--event", required=True, action="append", help="slug; may be repeated")
    parser.add_argument("--token-file", required=True, type=Path, help="holds a device's token")
    parser.add_argument("--list", required=True, type=Path, help="file of the candidate list")
    parser.add_argument("--every", type=float, default=0.0, help="seconds; without it, once")
    return parser


if __name__ == "__main__":
    sys.exit(main())
