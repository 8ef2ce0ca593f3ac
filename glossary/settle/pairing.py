"""Which names of a translation answer to its source: the evidence behind every edit that `settle` makes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from glossary.edits import Span
from glossary.evidence import spoken_of
from glossary.evidence.alike import alike, is_curated, is_scheme, likest
from glossary.evidence.bearer import another_bearer, shares_neighbour
from glossary.evidence.context import (
    after_article,
    elsewhere,
    in_longer_name,
    left_in_source_words,
    quoted_alone,
    stands_free,
)
from glossary.evidence.derive import is_saint
from glossary.evidence.given import with_givens
from glossary.match import Match, by_start, is_near, matcher, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glossary.evidence import Verdict
    from glossary.evidence.alike import Candidate
    from glossary.model import Concept, Glossary

_MAX_COMPARED = 8  # mentions of one name in the source whose neighbours are asked
_CLEAR = 0.75  # likeness from which a spelling that nobody knows is taken for the name


class Pairing:
    """A source and its translation: the names of either, and which of the translation's are borne out.

    `doubtful` has, once `names` was called, what may be a name of the source that was not found otherwise: what was
    refused as another thing, or sounds like it; `within` what stands as it should, but inside a longer name (Armed
    Forces of Ukraine).
    """

    def __init__(
        self, source: str, translation: str, glossary: Glossary, *, source_lang: str, target_lang: str
    ) -> None:
        self.source, self.translation = source, translation
        self._glossary, self._source_lang, self._target_lang = glossary, source_lang, target_lang
        self.doubtful: dict[str, Match] = {}
        self.within: dict[str, Match] = {}
        self._spoken: dict[tuple[str, bool], Span | Verdict] = {}

    @cached_property
    def mentions(self) -> dict[str, list[Span]]:
        """Return the listed mentions in the source by concept, in the order of the text."""
        grouped: dict[str, list[Span]] = {}
        for matches in self._source_matches.values():
            for match in matches:
                if another_bearer(match, self.source, lang=self._source_lang, others=self._all_source_matches):
                    continue
                span = Span(match.start, match.end, self.source[match.start : match.end])
                grouped.setdefault(match.concept.id, []).append(span)
        return grouped

    @cached_property
    def _all_source_matches(self) -> list[Match]:
        return resolve(matcher(self._glossary, lang=self._source_lang).find(self.source))

    @cached_property
    def _source_matches(self) -> dict[str, list[Match]]:
        """Return the listed names of the source by concept, those of other bearers too."""
        grouped: dict[str, list[Match]] = {}
        for match in self._all_source_matches:
            grouped.setdefault(match.concept.id, []).append(match)
        return grouped

    def spoken(self, concept: Concept, *, lenient: bool = True) -> Span | Verdict:
        """Return the first mention of a concept in the source, listed or not."""
        if concept.id in self.mentions:
            return self.mentions[concept.id][0]
        if concept.id in self._source_matches:
            return "silent"  # its name stands there, but another bears it
        if (concept.id, lenient) not in self._spoken:
            verdict = spoken_of(concept, self.source, lang=self._source_lang, lenient=lenient)
            self._spoken[concept.id, lenient] = verdict
        return self._spoken[concept.id, lenient]

    def names(self) -> list[Match]:
        """Return the names of the translation that the source bears out, in text order.

        Preferred and admitted names are there in any case: they stay as they are, whatever they mean.
        """
        scan = matcher(self._glossary, lang=self._target_lang).scan(self.translation)
        listed = resolve(scan.matches)
        taken = [(match.start, match.end) for match in [*listed, *scan.ruled_out]]
        candidates = alike(self._glossary, lang=self._target_lang).candidates(self.translation, taken=taken)
        others = by_start([*listed, *(candidate.as_match() for candidate in candidates)])
        kept = [match for match in listed if match.role != "deprecated" or self._is_meant(match, others, scan.matches)]
        kept += [
            candidate.as_match()
            for candidate in candidates
            if self._is_sure(candidate) and not self._is_other_thing(candidate.as_match(), others)
        ]
        kept = resolve(kept)
        meant = {match.concept.id for match in kept}
        for match in [*listed, *scan.ruled_out]:
            if match.concept.id in self.mentions and match.concept.id not in meant:
                self.doubtful.setdefault(match.concept.id, match)
        found = resolve([*kept, *self._missed([*kept, *listed, *scan.ruled_out], others)])
        self._see_within(scan.matches, found)
        return with_givens(found, self.translation, lang=self._target_lang, only=self.mentions, full=self._full)

    def _see_within(self, matches: Sequence[Match], found: list[Match]) -> None:
        """Keep aside the names of the source that stand inside a longer name only."""
        wanted = self.mentions.keys() - {match.concept.id for match in found}
        for match in matches:
            inside = any(longer.start <= match.start and match.end <= longer.end for longer in found)
            if inside and match.role != "deprecated" and match.concept.id in wanted:
                self.within.setdefault(match.concept.id, match)

    @cached_property
    def _full(self) -> set[str]:
        """Return the people whose full name the source gives."""
        return {match.concept.id for match in self._all_source_matches if len(match.parts) > 1}

    def _is_meant(self, match: Match, others: list[Match], overlapping: Sequence[Match]) -> bool:
        """Say whether a deprecated form stands for its concept; a full name does if the family name in it does."""
        if self.spoken(match.concept) == "silent" and not any(
            match.start <= inner.start and inner.end <= match.end and inner.concept.id in self.mentions
            for inner in overlapping
        ):
            return False
        return not self._is_other_thing(match, others)

    def _is_other_thing(self, match: Match, others: list[Match]) -> bool:
        text, lang, theirs = (
            self.translation,
            self._target_lang,
            self._source_matches.get(match.concept.id, [])[:_MAX_COMPARED],
        )
        if elsewhere(match, text, others=others) or left_in_source_words(
            match, text, self.source, lang=lang, others=others
        ):
            return True
        if any(shares_neighbour(match, text, other, self.source, lang=lang) for other in theirs):
            return True
        if in_longer_name(match, text, lang, others) and not stands_free(match, text, theirs, self.source):
            return True
        named_in_full = any(len(other.parts) > 1 for other in theirs)
        return not named_in_full and another_bearer(match, text, lang=lang, others=others, named_only=bool(theirs))

    def _missed(self, taken: list[Match], others: list[Match]) -> list[Match]:
        """Return what sounds like the names that were not found; keep those aside that are not sure enough."""
        n_found = Counter(match.concept.id for match in taken)
        sure: list[Match] = []
        for concept in (self._glossary.concepts[concept_id] for concept_id in self.mentions):
            likest = [] if n_found[concept.id] else self._likest(concept, [*taken, *sure], others)
            if is_curated(concept):
                self.doubtful.update((match.concept.id, match) for match in likest)
            else:
                sure += likest
        return sure

    def _is_sure(self, candidate: Candidate) -> bool:
        """Say whether an unlisted spelling is borne out.

        Where a maintainer lists deprecated forms, the list is taken to say what is meant, and an unlisted form needs
        both a listed mention in the source and two languages or a scheme that spell the name so.
        """
        mentioned = candidate.concept.id in self.mentions
        if self._has_article(candidate):
            return False
        if candidate.concept.near and not self._is_near(candidate):
            return False
        if is_curated(candidate.concept):
            return mentioned and (
                candidate.n_langs > 1
                or (candidate.ground == "dress" and not is_saint(candidate.lemma))
                or is_scheme(candidate, lang=self._target_lang)
            )
        if candidate.ground == "dress":
            return self.spoken(candidate.concept) != "silent"
        if not isinstance(self.spoken(candidate.concept, lenient=False), Span):
            return False
        if not mentioned and candidate.ground == "sound" and candidate.concept.kind not in ("place", "person"):
            return False
        clear = candidate.score > _CLEAR or candidate.n_langs > 1
        return mentioned or (clear and not quoted_alone(candidate.as_match(), self.translation))

    def _has_article(self, candidate: Candidate) -> bool:
        return candidate.ground != "dress" and after_article(candidate.as_match(), self.translation, self._target_lang)

    def _is_near(self, candidate: Candidate) -> bool:
        """Say whether a word that must stand near the name stands in the translation or in the source."""
        match = candidate.as_match()
        ours = is_near(match, self.translation, lang=self._target_lang)
        return bool(ours or is_near(replace(match, start=0, end=0), self.source, lang=self._source_lang))

    def _likest(self, concept: Concept, found: list[Match], others: list[Match]) -> list[Match]:
        """Return the one piece of the translation that sounds like a name which is missing, if it is clearly that."""
        taken = [(match.start, match.end) for match in found]
        also = [span.text for span in self.mentions[concept.id]]
        best = likest(self.translation, concept, lang=self._target_lang, also=also, taken=taken)[:1]
        return [
            candidate.as_match()
            for candidate in best
            if candidate.score >= _CLEAR
            and (candidate.concept.kind == "term" or not self._has_article(candidate))
            and not self._is_other_thing(candidate.as_match(), others)
        ]
