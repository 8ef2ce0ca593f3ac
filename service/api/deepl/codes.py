"""Languages as DeepL writes them: upper case, sources without a region, English and Portuguese targets with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glossary.fold import base
from service.errors import InputError, UnknownLanguageError, UnsupportedPairError
from service.languages import canonical, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.routing import Router

_SHOWN_CHARS = 40
#: Targets that DeepL lists by variety. The bare EN and PT are taken too, as other clients than the official one send.
_VARIETIES = {"en": ("en-GB", "en-US"), "pt": ("pt-BR", "pt-PT"), "zh": ("zh", "zh-Hans", "zh-Hant")}


def coded(tag: str) -> str:
    """Return a tag as a target of DeepL's.

    >>> coded("pt-BR")
    'PT-BR'
    """
    return tag.upper()


def source_code(tag: str) -> str:
    """Return a tag as a source of DeepL's, which has no region.

    >>> source_code("zh-Hans")
    'ZH'
    """
    return base(tag).upper()


def source_tag(code: str, router: Router) -> str:
    """Return the tag of a `source_lang`.

    Raises: InputError: it is no language, or nothing translates from it.
    """
    tag = _tag(code)
    if tag is None or nearest(tag, router.directions) is None:
        offered = _listed(source_code(each) for each in router.directions)
        raise InputError(
            f"Value for 'source_lang' not supported: {code[:_SHOWN_CHARS]!r}; this server translates from {offered}"
        )
    return tag


def target_tag(code: str, router: Router) -> str:
    """Return the tag of a `target_lang`.

    Raises: InputError: it is no language, or nothing translates to it.
    """
    tag = _tag(code)
    if tag is None or nearest(tag, router.reached) is None:
        offered = _listed(coded(each) for each in targets(router))
        raise InputError(
            f"Value for 'target_lang' not supported: {code[:_SHOWN_CHARS]!r}; this server translates to {offered}"
        )
    return tag


def routed(source: str | None, target: str, router: Router, *, engine: str) -> str:
    """Return the target, having seen that there is a way to it; a variety that none leads to is the source itself.

    Raises: UnsupportedPairError, UnknownEngineError.
    """
    if source is None or source == target:
        return target
    try:
        router.route(source, target, engine=engine)
    except UnsupportedPairError:
        if source.startswith(f"{target}-") or target.startswith(f"{source}-"):
            return source
        raise
    return target


def dictionary_code(code: str, *, field: str) -> str:
    """Return a language as dictionaries of glossaries have it: its first subtag, in lower case.

    Raises: InputError: it is no language.

    >>> dictionary_code("EN-gb", field="target_lang")
    'en'
    """
    tag = _tag(code)
    if tag is None:
        raise InputError(
            f"Unsupported glossary source and target language pair: {field} {code[:_SHOWN_CHARS]!r} is no language"
        )
    return base(tag)


def sources(router: Router) -> list[str]:
    """Return the tags to list as sources, sorted."""
    return sorted({base(source) for source in router.directions})


def targets(router: Router) -> list[str]:
    """Return the tags to list as targets, sorted, in varieties where DeepL has those."""
    offered = router.reached
    listed = {each for tag in offered for each in (*_VARIETIES.get(base(tag), ()), tag)}
    return sorted(tag for tag in listed if nearest(tag, offered) and tag not in ("en", "pt"))


def _tag(code: str) -> str | None:
    try:
        return canonical(code)
    except UnknownLanguageError:
        return None


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(set(codes))) or "no language yet: install a model"
