"""Which glossary holds for a request: the house's, glossaries that callers made laid over it, or none."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias
from weakref import WeakKeyDictionary

from glossary import Glossary
from glossary.fold import base
from glossary.layer import Layers
from service.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.api.state import Server
    from service.desk import Desk

#: No names at all: the engines are left to themselves. One object, so that what is compiled of it is kept.
NOTHING = Glossary()
#: Layers go by the content of what they are made of, so that servers of one process can share them.
_LAYERS = Layers()

_Laying: TypeAlias = "dict[Choice, asyncio.Task[Glossary | None]]"
_LAYING: WeakKeyDictionary[Desk, _Laying] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a request asks for: glossaries that callers made, as `versions` has them, with the house's or without."""

    ids: tuple[str, ...]
    versions: tuple[str, ...]
    pairs: tuple[tuple[tuple[str, str], ...], ...]
    source: str | None
    targets: tuple[str, ...]
    house: bool

    @property
    def without(self) -> tuple[str, ...]:
        """Return the targets for which none of the glossaries has a dictionary, none where no glossary was named."""
        return tuple(target for target in self.targets if self.ids and not self.pairs_for(target))

    def pairs_for(self, target: str) -> list[tuple[str, str]]:
        """Return the pairs whose dictionaries serve a target, each once."""
        source = None if self.source is None else base(self.source)
        found = (pair for pairs in self.pairs for pair in pairs)
        return list(dict.fromkeys(pair for pair in found if pair[1] == base(target) and source in (None, pair[0])))


async def looked_up(
    has: Server, ids: Sequence[str], *, source: str | None, targets: Sequence[str], house: bool = True
) -> Choice:
    """Return what a request asks for, having seen that it is there; fast, whatever the size of the glossaries.

    Args: as `chosen`.
    Raises: NotFoundError: there is no glossary of that id.
    """

    choice = Choice(tuple(ids), (), (), source, tuple(targets), house)
    return await has.desk.run(_now, has, choice) if ids else choice


async def laid(has: Server, choice: Choice) -> Glossary | None:
    """Return the glossary for an order, None for the house's own; a large one takes seconds the first time.

    Those who ask for the same at one time share the work; it goes on when they leave, as the next will ask for it.
    """
    if not choice.ids:
        return None if choice.house else NOTHING
    laying = _LAYING.setdefault(has.desk, {})
    task = laying.get(choice)
    if task is None:
        task = laying[choice] = asyncio.create_task(has.desk.run(_laid, has, choice))
        task.add_done_callback(lambda done: (laying.pop(choice, None), done.cancelled() or done.exception()))
    return await asyncio.shield(task)


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
    choice = await looked_up(has, ids, source=source, targets=targets, house=house)
    return await laid(has, choice), choice.without


class _ChangedError(Exception):
    """Somebody changed a glossary after it was looked up."""


def _now(has: Server, choice: Choice) -> Choice:
    """Return the choice with its glossaries as they are now."""
    found = [has.store.glossaries.outline(id_) for id_ in choice.ids]
    return replace(
        choice,
        versions=tuple(outline.version for outline in found),
        pairs=tuple(tuple(outline.n_entries) for outline in found),
    )


def _laid(has: Server, choice: Choice) -> Glossary:
    while True:
        try:
            return _over_all(has, choice)
        except _ChangedError:
            choice = _now(has, choice)


def _over_all(has: Server, choice: Choice) -> Glossary:
    glossary = has.house.glossary if choice.house else NOTHING
    for target in choice.targets:
        for pair in choice.pairs_for(target):
            glossary = _over(has, glossary, choice, pair, choice.source or pair[0], target)
    return glossary


def _over(has: Server, glossary: Glossary, choice: Choice, pair: tuple[str, str], source: str, target: str) -> Glossary:
    having = [n for n, pairs in enumerate(choice.pairs) if pair in pairs]

    def entries() -> Mapping[str, str]:
        merged: dict[str, str] = {}
        for n in having:
            made = has.store.glossaries.get(choice.ids[n])
            if made.version != choice.versions[n]:
                raise _ChangedError
            found = made.dictionaries[pair]
            merged |= {term: translation for term, translation in found.items() if term not in merged}
        return merged

    version = "+".join(choice.versions[n] for n in having)
    return _LAYERS.over(glossary, entries, version=version, source_lang=source, target_lang=target)


async def glossary_of(
    has: Server,
    choice: str | Literal[False],
    *,
    source: str | None,
    targets: tuple[str, ...],
) -> Glossary | None:
    """Return the glossary that a request chose; None is the house's.

    Raises: NotFoundError: no glossary has this id or name; ConflictError: several have the name.
    """
    if choice is False:
        return (await chosen(has, (), source=source, targets=targets, house=False))[0]
    if choice == "house":
        return None
    id_ = await asyncio.to_thread(_glossary_id, has, choice)
    return (await chosen(has, (id_,), source=source, targets=targets))[0]


def _glossary_id(has: Server, choice: str) -> str:
    found = [made.id for made in has.store.glossaries.list() if choice in (made.id, made.name)]
    if choice in found:
        return choice
    if not found:
        raise NotFoundError(f"there is no glossary {choice[:100]!r}; give house, false, or the id or name of one")
    if len(found) > 1:
        raise ConflictError(
            f"{len(found)} glossaries are called {choice[:100]!r}; give the id of one: {', '.join(found[:5])}"
        )
    return found[0]
