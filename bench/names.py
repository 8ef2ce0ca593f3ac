"""Speed of the names: find beside raw ahocorasick-rs, compiling, and what settling a sentence costs.

    python -m bench.names [--mb 10] [--skip-million]

Text is the seed article shuffled by word with names of the glossary strewn in (one word in 200, as news has them); the
raw automaton gets the same forms, lower-cased, and text that is lower-cased for it while the clock runs.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from bench.pairs import paired, seconds, show
from glossary import Concept, Glossary, Names, load, matcher, settle, shipped
from glossary.match import Matcher

_SEED = Path(__file__).parent.parent / "seeds" / "kharkiv-border.txt"
_ONSETS = ("b", "ch", "d", "f", "g", "h", "k", "kh", "l", "m", "n", "p", "r", "s", "sh", "t", "v", "z", "zh")
_SYLLABLES = [onset + vowel for onset in _ONSETS for vowel in ("a", "e", "i", "o", "u", "ya", "yi")]
_LANGS = ["en", "uk", "ru", "es", "fr", "de", "it", "pt", "pl", "ca"]


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=10)
    parser.add_argument("--skip-million", action="store_true")
    options = parser.parse_args()
    chance = random.Random(7)
    _find("1,000 concepts, 10 languages", _made(chance, 1000, 4, _LANGS), chance, options.mb, "20 MB/s")
    if not options.skip_million:
        _find("100,000 concepts, 1,000,000 forms", _made(chance, 100_000, 10, ["en"]), chance, options.mb, "10 MB/s")
    _sentences()


def _made(chance: random.Random, n_concepts: int, n_forms: int, langs: list[str]) -> Glossary:
    concepts = {}
    for i in range(n_concepts):
        names = {}
        for lang in langs:
            forms = [_name(chance) for _ in range(n_forms)]
            names[lang] = Names(preferred=forms[0], deprecated=tuple(forms[1:]))
        concepts[f"c{i}"] = Concept(id=f"c{i}", kind="place", names=names)
    return Glossary(concepts)


def _name(chance: random.Random) -> str:
    syllables = "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(3, 5)))
    return syllables.title() + chance.choice(["", "v", "sk", "n", "r"])


def _find(what: str, glossary: Glossary, chance: random.Random, n_mb: int, bar: str) -> None:
    forms = [form for c in glossary.concepts.values() for form in _forms(c)]
    text = _text(chance, forms, n_mb)
    made: list[Matcher] = []
    compiling = seconds(lambda: made.append(Matcher(glossary, lang="en")))
    names, raw = made[0], AhoCorasick([form.lower() for form in set(forms)], store_patterns=False)
    result = paired(
        lambda: names.find(text), lambda: raw.find_matches_as_indexes(text.lower(), overlapping=True), runs=3
    )
    n_bytes, memory = len(text.encode()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: compiled in {compiling:.2f} s, process {memory:,.0f} MB at its peak")
    show(
        f"  find, {n_bytes / 1e6 / result['ours_s']:.1f} MB/s, raw {n_bytes / 1e6 / result['theirs_s']:.1f} MB/s",
        result,
        bar,
    )


def _forms(concept: Concept) -> tuple[str, ...]:
    names = concept.names["en"]
    return (names.preferred, *names.deprecated) if isinstance(names, Names) else ()


def _text(chance: random.Random, forms: list[str], n_mb: int) -> str:
    words, names = _SEED.read_text(encoding="utf-8").split(" "), chance.sample(forms, min(len(forms), 5000))
    pieces, size = [], 0
    while size < n_mb * 1_000_000:
        pieces.append(chance.choice(names) if chance.random() < 0.005 else chance.choice(words))
        size += len(pieces[-1]) + 1
    return " ".join(pieces)


def _sentences() -> None:
    """Settle the seed's sentences against themselves, as a translation that kept every name would be."""
    loading = time.perf_counter()
    glossary = load(shipped())
    loading = time.perf_counter() - loading
    lines = [line for line in _SEED.read_text(encoding="utf-8").splitlines() if line.strip()]

    def run() -> None:
        for line in lines:
            settle(line, line, glossary=glossary, source_lang="en", target_lang="es")

    first, again = seconds(run), min(seconds(run) for _ in range(5))
    n_found = sum(len(matcher(glossary, lang="en").find(line)) for line in lines)
    print(f"house glossary: {len(glossary.concepts)} concepts loaded in {loading:.2f} s")
    print(f"  settling the article the first time {first * 1e3:.0f} ms: compiles two languages")
    print(f"  then {again / len(lines) * 1e3:.2f} ms a paragraph; {n_found} names in {len(lines)} paragraphs")


if __name__ == "__main__":
    main()
