"""What must hold between the concepts of a glossary: nobody's name is another's mistake."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal, TypeAlias

from glossary.file.report import Report, shown
from glossary.file.tree import Mapping, Point, Scalar, Sequence
from glossary.model import PersonNames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Mapping as Mapping_

    from glossary.errors import Problem
    from glossary.file.report import Place
    from glossary.file.tree import Node
    from glossary.model import Concept, Glossary, Names

Role: TypeAlias = Literal["preferred", "admitted", "deprecated"]
_Locate: TypeAlias = "Callable[[str], Node]"

# A phrase in `except` holds the name in some case; a case changes the end of a word, by about this many letters.
_MAX_ENDING_CHARS = 2
_MIN_STEM_CHARS = 3


def check_rules(concepts: Mapping_[str, Concept], *, report: Report, locate: _Locate) -> None:
    """Report forms that two concepts own, and `except` phrases that shield nothing.

    Args:
        locate: gives the node of a concept, so that a problem can name line and column.
    """
    for lang, form, ids in _shared(concepts):
        _judge(lang, form, [concepts[id_] for id_ in ids], report, locate)
    for concept in concepts.values():
        for lang, phrases in concept.excepts.items():
            _useless(concept, lang, phrases, report, locate)


def check_against(concept: Concept, others: Iterable[Concept], *, report: Report, locate: _Locate) -> None:
    """Do what `check_rules` does for one concept among others that are good by themselves.

    Of problems that `locate` puts into another concept, only those of concepts that share a form with it are found.
    """
    forms = {lang: set(_forms(names)) for lang, names in concept.names.items()}
    rivals = {
        other.id: other
        for other in others
        if any(not forms[lang].isdisjoint(_forms(names)) for lang, names in other.names.items() if lang in forms)
    }
    check_rules({**rivals, concept.id: concept}, report=report, locate=locate)


def romanised_clashes(glossary: Glossary) -> tuple[Problem, ...]:
    """Return a warning for each romanisation of a Cyrillic name that is the name of another concept.

    Such a spelling is not guessed at, so the warning says that it goes unmended. Too slow for every loading of a large
    file; `exonym glossary validate` asks.
    """
    from glossary.romanise import romanisations

    owners: dict[str, dict[str, str]] = {}
    for concept in glossary.concepts.values():
        for lang, names in concept.names.items():
            for form in _forms(names):
                owners.setdefault(lang, {}).setdefault(form, concept.id)
    report = Report()
    for concept in glossary.concepts.values() if owners else ():
        for source_lang, target_lang, name in _to_romanise(concept):
            for spelling in sorted(romanisations(name, source_lang=source_lang, target_lang=target_lang)):
                owner = owners[target_lang].get(spelling, concept.id)
                if owner != concept.id:
                    report.concept = concept.id
                    what = f"{shown(spelling)} may stand for {name} in {target_lang}, but is a name of {owner}"
                    remedy = "set romanise: false if that is well, or tell them apart by near"
                    report.warning("G125", what, remedy, at=Point(concept.line, 1))
    return report.problems()


def _to_romanise(concept: Concept) -> Iterator[tuple[str, str, str]]:
    """Yield (source language, target language, Cyrillic name) for which romanisations count as deprecated."""
    if not concept.romanised:
        return
    for source_lang, names in concept.names.items():
        name = names.family.preferred if isinstance(names, PersonNames) else names.preferred
        for target_lang, others in concept.names.items() if _cyrillic(names) else ():
            if not _cyrillic(others) and target_lang not in concept.near:
                yield source_lang, target_lang, name


def _shared(concepts: Mapping_[str, Concept]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield every form that more than one concept has in a language, with their ids."""
    owners: dict[str, dict[str, str]] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    for id_, concept in concepts.items():
        for lang, names in concept.names.items():
            of_lang = owners.setdefault(lang, {})
            for form in _forms(names):
                owner = of_lang.setdefault(form, id_)
                if owner is not id_:
                    ids = shared.setdefault((lang, form), [owner])
                    if id_ not in ids:
                        ids.append(id_)
    for (lang, form), ids in shared.items():
        yield lang, form, ids


def _forms(names: Names | PersonNames) -> Iterator[str]:
    """Yield the forms as they are compared: composed (NFC), case kept, a person's variants of both parts combined."""
    if not isinstance(names, PersonNames):
        for form in (names.preferred, *names.admitted, *names.deprecated):
            yield form if form.isascii() else unicodedata.normalize("NFC", form)
        return
    families = list(_forms(names.family))
    for given in _forms(names.given):
        for family in families:
            yield f"{given} {family}"
    if names.alone:
        yield from families


def _role(names: Names | PersonNames, form: str) -> tuple[Role, str]:
    """Return what `form` is in these names, and what it is rewritten to (itself when it stays)."""
    if isinstance(names, PersonNames):
        if names.alone and form in set(_forms(names.family)):
            return _role(names.family, form)
        kept = {f"{given} {family}" for given in _kept(names.given) for family in _kept(names.family)}
        return ("admitted", form) if form in kept else ("deprecated", names.preferred)
    if form == unicodedata.normalize("NFC", names.preferred):
        return "preferred", form
    return ("admitted", form) if form in _kept(names) else ("deprecated", names.preferred)


def _kept(names: Names) -> set[str]:
    return {unicodedata.normalize("NFC", name) for name in (names.preferred, *names.admitted)}


def _judge(lang: str, form: str, owners: list[Concept], report: Report, locate: _Locate) -> None:
    # Words that must stand near decide between namesakes: such a pair is no contradiction.
    owners = [owner for owner in owners if lang not in owner.near]
    first, *others = owners or [None]  # type: ignore[list-item]
    for other in others:
        role, outcome = _role(first.names[lang], form)
        other_role, other_outcome = _role(other.names[lang], form)
        at = _place(locate(other.id), lang, form)
        line = _place(locate(first.id), lang, form).line
        report.concept = other.id
        what = f"{shown(form)} is {other_role} here and {role} in {first.id} (line {line}), both in {lang}"
        if outcome != other_outcome:
            report.error("G120", what, f"remove it from one of them, or add near: {{{lang}: [...]}}", at=at)
        elif isinstance(first.names[lang], PersonNames) and isinstance(other.names[lang], PersonNames):
            pass  # relatives share a family name; the given name tells them apart
        else:
            report.warning("G121", what, f"add near: {{{lang}: [...]}} if a text shows which is meant", at=at)
        report.concept = ""


def _useless(concept: Concept, lang: str, phrases: tuple[str, ...], report: Report, locate: _Locate) -> None:
    names = concept.named_in(lang)
    if names is None or (concept.romanised and any(_cyrillic(names) for names in concept.names.values())):
        return  # reported already; or derived spellings may stand in the phrase
    forms = list(_forms(names))
    for phrase in phrases:
        folded = unicodedata.normalize("NFC", phrase).casefold()
        # Most phrases have a name as it is listed, and patterns are slow to compile.
        if not any(form.casefold() in folded for form in forms) and not any(
            _in_any_case(form).search(folded) for form in forms
        ):
            report.concept = concept.id
            what = f"except {shown(phrase)} shields nothing: it holds no name that the concept has in {lang}"
            report.warning("G122", what, "mend or remove it", at=_except(locate, concept, phrase))
            report.concept = ""


def _in_any_case(form: str) -> re.Pattern[str]:
    """Return a pattern for a name whose words may have other endings."""
    words = form.casefold().split()
    stems = [word[: max(_MIN_STEM_CHARS, len(word) - _MAX_ENDING_CHARS)] for word in words]
    return re.compile(r"\w*\s+".join(re.escape(stem) for stem in stems))


def _cyrillic(names: Names | PersonNames) -> bool:
    return any("\u0400" <= char <= "\u052f" for char in names.preferred)


def _except(locate: _Locate, concept: Concept, phrase: str) -> Place:
    return _find(_child(locate(concept.id), "except"), phrase) or locate(concept.id)


def _place(node: Node, lang: str, form: str) -> Place:
    """Return where `form` stands in the names of a language; the concept, when it is a combination of two parts."""
    from glossary.file.reader import canonical_tag

    names = _child(node, "names")
    for tag, (_, entry) in names.items.items() if isinstance(names, Mapping) else ():
        if canonical_tag(tag) == lang:
            return _find(entry, form) or entry
    return node


def _child(node: Node, key: str) -> Node:
    return node.items[key][1] if isinstance(node, Mapping) and key in node.items else node


def _find(node: Node, text: str) -> Scalar | None:
    if isinstance(node, Scalar):
        return node if unicodedata.normalize("NFC", node.text) == unicodedata.normalize("NFC", text) else None
    children = node.items if isinstance(node, Sequence) else [value for _, value in node.items.values()]
    return next((found for child in children if (found := _find(child, text))), None)
