"""What the server logs: one line a request, without its text, its query or its key."""

from __future__ import annotations

import logging
import logging.config
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.settings import Settings

_FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"


def set_up(settings: Settings) -> None:
    """Send every log line to standard error, as text or as one JSON object a line."""
    formatter = {"format": _FIELDS, "datefmt": "%Y-%m-%dT%H:%M:%S%z"}
    if settings.log_format == "json":
        formatter["()"] = "pythonjsonlogger.json.JsonFormatter"
    level = settings.log_level.upper()
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"level": level, "handlers": ["stderr"]},
            # Their lines below warnings say what ours say already, or quote what a client sent.
            "loggers": {
                name: {"level": "WARNING"} for name in ("uvicorn", "alembic", "sqlalchemy", "multipart", "asyncio")
            },
        }
    )
