"""A concept for the glossary file, written from what was found."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import regex

from glossary.romanise.latin import latin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glossary.discover.gazetteer import Offer
    from glossary.model import Kind

_PLAIN = regex.compile(r"\p{L}[\p{L}\p{M}\p{N} .’-]*(?<! )")
_RESERVED = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


def stub(
    concept: str,
    *,
    kind: Kind,
    names: Mapping[str, Sequence[str]],
    offers: Iterable[Offer],
    known: bool,
) -> str:
    """Return the lines of one concept, indented as under `concepts:`.

    Args:
        names: language to spellings, the preferred one first.
        known: whether the glossary has the concept already, so that the lines are to be added to it.

    >>> print(stub("odesa", kind="place", names={"en": ["Odesa", "Odessa"]}, offers=(), known=False), end="")
      odesa:
        kind: place  # guessed
        names:
          en: {preferred: Odesa, deprecated: [Odessa]}
    """
    lines = [f"  # {offer.source}: {offer.spelling}" for offer in offers]
    if known:
        lines.append(f"  # the glossary has {concept}; add to it what is missing")
    lines += [f"  {concept}:", f"    kind: {kind}" + ("" if known else "  # guessed"), "    names:"]
    for lang, (preferred, *others) in names.items():
        deprecated = f", deprecated: [{', '.join(map(_scalar, others))}]" if others else ""
        lines.append(f"      {lang}: {{preferred: {_scalar(preferred)}{deprecated}}}")
    return "\n".join([*lines, ""])


def concept_id(spelling: str, *, taken: Iterable[str]) -> str:
    """Return an id in small Latin letters that is not taken yet.

    >>> concept_id("Seversky Donets", taken=["seversky_donets"])
    'seversky_donets_2'
    """
    plain = regex.sub(r"\p{M}+", "", unicodedata.normalize("NFD", latin(spelling))).casefold()
    base = regex.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "name"
    seen, number = set(taken), 1
    while (name := base if number == 1 else f"{base}_{number}") in seen:
        number += 1
    return name


def _scalar(name: str) -> str:
    """Return a name as YAML in a flow list: plain where that is safe, else in quotes."""
    if _PLAIN.fullmatch(name) and name.casefold() not in _RESERVED:
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
