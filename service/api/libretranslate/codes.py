"""Languages as LibreTranslate writes them: BCP-47 tags, and `pb`, `zh`, `zt` as other names of three of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import langcodes

from glossary.fold import base
from service.errors import UnknownLanguageError, UnsupportedPairError
from service.languages import canonical, name, nearest

if TYPE_CHECKING:
    from service.routing import Router

AUTO = "auto"
_ALIASES = {"pb": "pt-BR", "zh": "zh-Hans", "zt": "zh-Hant"}
_SHOWN_CHARS = 35
_MOST_PREFERENCES = 10


def offered(router: Router) -> frozenset[str]:
    """Return every language that can be translated from or to."""
    return frozenset(router.directions) | router.reached


def tag_of(code: str, router: Router) -> str:
    """Return the tag of a code in any case, or of one of its other names.

    Raises: UnknownLanguageError: it is none, or nothing here translates from it or to it.
    """
    tag = _known(_ALIASES.get(code.lower(), code))
    if tag:
        # Where nothing is offered as zh-TW, what is in its script is: zh-Hant.
        for each in (tag, f"{base(tag)}-{_script(tag)}"):
            found = nearest(each, offered(router))
            if found and _script(found) == _script(tag):
                return each
    raise UnknownLanguageError(f"{code[:_SHOWN_CHARS]} is not supported")


def code_of(tag: str, router: Router) -> str:
    """Return the code of a tag: the nearest one that is offered, so that a detected `zh` is `zh-Hans`."""
    return nearest(tag, offered(router)) or tag


def check_pair(source: str, target: str, router: Router, *, engine: str) -> None:
    """See that there is a way from one language to another; there always is to the language itself.

    Raises: UnsupportedPairError, UnknownEngineError.
    """
    if source == target:
        return
    try:
        router.route(source, target, engine=engine)
    except UnsupportedPairError:
        if base(source) == base(target) and _script(source) == _script(target):
            return
        raise UnsupportedPairError(
            f"{name(target)} ({target}) is not available as a target language from {name(source)} ({source})"
        ) from None


@lru_cache(maxsize=8)
def listed(router: Router) -> dict[str, list[str]]:
    """Return each language with what it can be translated into, itself among them; all sorted."""
    ways = router.directions
    return {tag: sorted({tag, *ways.get(tag, ())}) for tag in sorted(offered(router))}


@lru_cache(maxsize=4096)
def name_in(tag: str, lang: str) -> str:
    """Return the name of a language in another one as CLDR gives it, in English where it has none.

    >>> name_in("uk", "de"), name_in("zh-Hant", "en"), name_in("uk", "tlh")
    ('Ukrainisch', 'Chinese (Traditional)', 'Ukrainian')
    """
    return str(langcodes.get(tag).display_name(lang))


def preferred(header: str) -> str:
    """Return the language that an `Accept-Language` header puts first, `en` where it names none.

    >>> preferred("fr;q=0.8, uk-UA, *;q=0.1"), preferred("!!"), preferred("")
    ('uk-UA', 'en', 'en')
    """
    weighed = []
    for n, part in enumerate(header.split(",", _MOST_PREFERENCES)[:_MOST_PREFERENCES]):
        tag, _, parameter = part.partition(";")
        weight = _weight(parameter)
        if weight > 0 and (lang := _known(tag.strip()[:_SHOWN_CHARS])):
            weighed.append((-weight, n, lang))
    return min(weighed)[2] if weighed else "en"


def _weight(parameter: str) -> float:
    given = parameter.strip().removeprefix("q=")
    try:
        return float(given) if given else 1.0
    except ValueError:
        return 0.0


def _known(tag: str) -> str | None:
    try:
        return canonical(tag)
    except UnknownLanguageError:
        return None


def _script(tag: str) -> str | None:
    return langcodes.get(tag).maximize().script
