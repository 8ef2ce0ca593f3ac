"""Language tags: BCP-47 outside, each engine's own codes inside its module."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import langcodes
from langcodes.tag_parser import LanguageTagError

from service.errors import UnknownLanguageError

if TYPE_CHECKING:
    from collections.abc import Collection

_MAX_TAG_CHARS = 35  # RFC 5646, section 4.4.1: what every implementation must accept


@lru_cache(maxsize=1024)
def canonical(tag: str) -> str:
    """Return the tag as BCP-47 writes it: `PT_br` is `pt-BR`, `eng` is `en`.

    Raises: UnknownLanguageError: there is no such language; the message names the nearest code when the tag is a name.

    >>> canonical("PT_br"), canonical("eng"), canonical("zh-hans")
    ('pt-BR', 'en', 'zh-Hans')
    """
    shown = tag[:_MAX_TAG_CHARS]
    try:
        language = langcodes.get(tag) if len(tag) <= _MAX_TAG_CHARS else None
    except LanguageTagError:
        language = None
    if language is None or not language.is_valid() or not language.language or language.language == "und":
        raise UnknownLanguageError(f"{shown!r} is no language tag; use BCP-47 codes such as en, uk or pt-BR")
    return str(language)


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
