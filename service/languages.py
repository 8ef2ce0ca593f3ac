"""Language tags: BCP-47 outside, each engine's own codes inside its module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import langcodes

from glossary.file.reader import canonical_tag
from service.errors import UnknownLanguageError

if TYPE_CHECKING:
    from collections.abc import Collection

_SHOWN_CHARS = 35


def canonical(tag: str) -> str:
    """Return the tag as BCP-47 writes it: `PT_br` is `pt-BR`, `eng` is `en`.

    Raises: UnknownLanguageError: there is no such language.

    >>> canonical("PT_br"), canonical("eng"), canonical("zh-hans")
    ('pt-BR', 'en', 'zh-Hans')
    """
    known = canonical_tag(tag)
    if known is None:
        shown = tag[:_SHOWN_CHARS]
        raise UnknownLanguageError(f"{shown!r} is no language tag; use BCP-47 codes such as en, uk or pt-BR")
    return known


def name(tag: str) -> str:
    """Return the English name of a language as CLDR gives it.

    >>> name("pt-BR")
    'Portuguese (Brazil)'
    """
    return str(langcodes.get(tag).display_name())


def nearest(tag: str, offered: Collection[str]) -> str | None:
    """Return the offered tag that serves `tag`: itself, else its longest parent, else its first child.

    >>> nearest("pt-BR", ["es", "pt"]), nearest("pt", ["pt-BR"]), nearest("fr", ["es"])
    ('pt', 'pt-BR', None)
    """
    parent = tag
    while parent:
        if parent in offered:
            return parent
        parent = parent.rpartition("-")[0]
    return next((child for child in sorted(offered) if child.startswith(f"{tag}-")), None)
