"""Log lines as JSON, with the fields that the service means to tell and no others."""

from __future__ import annotations

import json
import logging

_TOLD = (
    "method",
    "route",
    "status",
    "milliseconds",
    "request",
    "step",
    "error",
    "palms",
    "skipped",
)


class JsonLines(logging.Formatter):
    """One JSON object a line; of an exception its type and where it was raised, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _TOLD if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["raised"] = _raised(record)
        return json.dumps(line)


def _raised(record: logging.LogRecord) -> list[str]:
    traceback = record.exc_info[2] if record.exc_info else None
    places = []
    while traceback is not None:
        places.append(f"{traceback.tb_frame.f_code.co_qualname}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return places


def to_standard_error() -> None:
    """Let every logger of this process write JSON lines to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)
