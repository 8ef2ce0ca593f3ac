"""Names as options: `--name en=Kyiv --deprecated en.family=Zelenskyy --form pl:gen=Lwowa`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeAlias

from glossary import Names, PersonNames
from glossary.file.reader import canonical_tag
from service.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "LANG=NAME"
NAMES_HELP = "NAME in LANG; of a person in parts, LANG.given=NAME and LANG.family=NAME."

_Target: TypeAlias = tuple[str, str]  # language, and the part of a person's name: "", "given" or "family"


def apply(names: dict[str, Names | PersonNames], **roles: tuple[str, ...]) -> list[str]:
    """Make the changes that the options ask for to `names`, and return the languages that changed."""
    edits: dict[str, Callable[[Names, str], Names]] = {
        "preferred": lambda old, name: dataclasses.replace(old, preferred=name),
        "admitted": lambda old, name: dataclasses.replace(old, admitted=_with(old.admitted, name)),
        "deprecated": lambda old, name: dataclasses.replace(old, deprecated=_with(old.deprecated, name)),
        "forget": _without,
        "forms": lambda old, form: dataclasses.replace(old, forms={**old.forms, **dict([form.split("=", 1)])}),
    }
    parts = {lang: _parts(entry) for lang, entry in names.items()}
    touched: dict[str, None] = {}
    for role, edit in edits.items():
        for option in roles.get(role, ()):
            (lang, part), name = _form_target(option) if role == "forms" else _target(option)
            entry = parts.setdefault(lang, {})
            entry[part] = edit(entry.get(part, Names(preferred="")), name)
            touched[lang] = None
    for lang in touched:
        alone = getattr(names.get(lang), "alone", True)
        names[lang] = _joined(lang, parts[lang], alone=alone)
    return list(touched)


def _parts(entry: Names | PersonNames) -> dict[str, Names]:
    return {"given": entry.given, "family": entry.family} if isinstance(entry, PersonNames) else {"": entry}


def _joined(lang: str, parts: dict[str, Names], *, alone: bool) -> Names | PersonNames:
    for part, names in parts.items():
        if not names.preferred:
            where = f"{lang}.{part}" if part else lang
            raise InputError(f"there is no preferred name for {where}; give --name {where}=NAME")
    if parts.keys() == {""}:
        return parts[""]
    if parts.keys() != {"given", "family"}:
        raise InputError(f"{lang}: give both {lang}.given and {lang}.family, or the whole name as {lang}")
    return PersonNames(given=parts["given"], family=parts["family"], alone=alone)


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)


def _without(old: Names, name: str) -> Names:
    if name not in (*old.admitted, *old.deprecated):
        raise InputError(f"{name!r} is neither admitted nor deprecated there, so it cannot be forgotten")
    admitted = tuple(item for item in old.admitted if item != name)
    return dataclasses.replace(old, admitted=admitted, deprecated=tuple(x for x in old.deprecated if x != name))


def _target(option: str) -> tuple[_Target, str]:
    """Take `en.family=Zelensky` apart.

    Raises: InputError: it is not written so, or the language is none.
    """
    where, equals, name = option.partition("=")
    tag, _, part = where.partition(".")
    lang = canonical_tag(tag)
    if not equals or not name or part not in ("", "given", "family"):
        raise InputError(f"{option!r} is not written {NAME}, such as en=Kyiv or en.family=Zelensky")
    if lang is None:
        raise InputError(f"{option!r}: {tag!r} is no language tag; use a BCP-47 tag such as en, uk or pt-BR")
    return (lang, part), name


def _form_target(option: str) -> tuple[_Target, str]:
    where, colon, form = option.partition(":")
    if not colon or "=" not in form:
        raise InputError(f"{option!r} is not written LANG:CASE=FORM, such as pl:gen=Lwowa")
    target, _ = _target(f"{where}=x")
    return target, form


def added(had: Any, options: tuple[str, ...]) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - language to phrases
    """Return the phrases by language with those of `LANG=PHRASE` options added."""
    words = dict(had)
    for option in options:
        (lang, _), phrase = _target(option)
        words[lang] = _with(words.get(lang, ()), phrase)
    return words
