"""Which glossary holds for a request: the house's, glossaries that callers made laid over it, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glossary import Glossary
from glossary.fold import base
from glossary.layer import Layers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.api.state import Server
    from service.store import Outline

#: No names at all: the engines are left to themselves. One object, so that what is compiled of it is kept.
NOTHING = Glossary()
#: Layers go by the content of what they are made of, so that servers of one process can share them.
_LAYERS = Layers()


async def chosen(
    has: Server, ids: Sequence[str], *, source: str | None, targets: Sequence[str], house: bool = True
) -> tuple[Glossary | None, tuple[str, ...]]:
    """Return the glossary for an order, None for the house's own, and the targets for which no made one has a word.

    Args:
        ids: of glossaries that callers made; where several have a term, the first counts.
        source: canonical tag; None lays over every source that the glossaries have.
        targets: canonical tags; a dictionary for `pt` serves `pt-BR`.
        house: false leaves out the house's names.
    Raises: NotFoundError: there is no glossary of that id.
    """
    if not ids:
        return (None if house else NOTHING), ()
    return await has.desk.run(_laid, has, tuple(ids), source, tuple(targets), house)


def _laid(
    has: Server, ids: tuple[str, ...], source: str | None, targets: tuple[str, ...], house: bool
) -> tuple[Glossary | None, tuple[str, ...]]:
    outlines = [has.store.glossaries.outline(id_) for id_ in ids]
    glossary = has.house.glossary if house else NOTHING
    without = []
    for target in targets:
        pairs = {pair: None for outline in outlines for pair in outline.n_entries if _serves(pair, source, target)}
        if not pairs:
            without.append(target)
        for pair in pairs:
            glossary = _over(has, glossary, outlines, pair, source or pair[0], target)
    return glossary, tuple(without)


def _serves(pair: tuple[str, str], source: str | None, target: str) -> bool:
    return pair[1] == base(target) and (source is None or pair[0] == base(source))


def _over(
    has: Server, glossary: Glossary, outlines: Sequence[Outline], pair: tuple[str, str], source: str, target: str
) -> Glossary:
    having = [outline for outline in outlines if pair in outline.n_entries]

    def entries() -> Mapping[str, str]:
        merged: dict[str, str] = {}
        for outline in having:
            found = has.store.glossaries.get(outline.id).dictionaries.get(pair, {})
            merged |= {term: translation for term, translation in found.items() if term not in merged}
        return merged

    version = "+".join(outline.version for outline in having)
    return _LAYERS.over(glossary, entries, version=version, source_lang=source, target_lang=target)
