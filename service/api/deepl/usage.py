"""How much each caller had translated on DeepL's routes since the server started; nothing is limited by it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from service.api.state import Server
    from service.desk import Desk
    from service.records import Caller

#: What DeepL shows for an account without a limit.
NO_LIMIT = 1_000_000_000_000
_MAX_CALLERS = 10_000  # addresses are callers too; those that were here longest ago are forgotten


@dataclass
class Used:
    """What one caller has used."""

    n_chars: int = 0
    n_documents: int = 0


_BY_DESK: WeakKeyDictionary[Desk, OrderedDict[str, Used]] = WeakKeyDictionary()


def count(has: Server, caller: Caller, *, n_chars: int, n_documents: int = 0) -> None:
    """Add to what a caller has used. Called in the event loop only."""
    callers = _BY_DESK.setdefault(has.desk, OrderedDict())
    found = callers.setdefault(caller.id, Used())
    found.n_chars += n_chars
    found.n_documents += n_documents
    callers.move_to_end(caller.id)
    if len(callers) > _MAX_CALLERS:
        callers.popitem(last=False)


def used(has: Server, caller: Caller) -> Used:
    """Return what a caller has used."""
    return _BY_DESK.get(has.desk, OrderedDict()).get(caller.id, Used())
