"""Speed of the names: find beside raw ahocorasick-rs, compiling, and what settling a sentence costs.

    python -m bench names

Text is the seed article shuffled by word with names of the glossary strewn in (one word in 200, as news has them); the
raw automaton gets the same forms, lower-cased, and text that is lower-cased for it while the clock runs.
"""

from __future__ import annotations

import random
import resource
import tempfile
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from bench.argos import package_settings
from bench.pairs import paired, seconds, show
from glossary import Concept, Glossary, Names, load, settle, shipped
from glossary.match import Matcher
from service.engines.argos import Argos
from service.records import Pair
from service.segment import split

_SEED = Path(__file__).parent.parent / "seeds" / "kharkiv-border.txt"
_ONSETS = ("b", "ch", "d", "f", "g", "h", "k", "kh", "l", "m", "n", "p", "r", "s", "sh", "t", "v", "z", "zh")
_SYLLABLES = [onset + vowel for onset in _ONSETS for vowel in ("a", "e", "i", "o", "u", "ya", "yi")]
_MB = 10
_N_FORMS = (100, 10_000, 1_000_000)
_LANGS = ["en", "uk", "ru", "es", "fr", "de", "it", "pt", "pl", "ca"]


def run() -> dict[str, object]:
    """Print one line a measurement, and return the figures."""
    chance = random.Random(7)
    return {
        "ten_languages": _find("1,000 concepts, 10 languages", _made(chance, 1000, 4, _LANGS), chance, "20 MB/s"),
        "forms": {n: _grown(n, chance) for n in _N_FORMS},
        "hundred_thousand_concepts": _file(_made(chance, 100_000, 4, ["en"])),
        "house": _sentences(),
    }


def _grown(n_forms: int, chance: random.Random) -> dict[str, object]:
    """Find, and settle, with so many forms in two languages; ten of each concept in each."""
    glossary = _made(chance, n_forms // 20, 10, ["en", "es"])
    found = _find(f"{n_forms:,} forms", glossary, chance, "20 MB/s")
    forms = [form for concept in list(glossary.concepts.values())[:1000] for form in _forms(concept)]
    sentences = [segment.text for segment in split(_text(chance, forms, 0.1), lang="en").segments]

    def settled() -> list[object]:
        return [settle(each, each, glossary=glossary, source_lang="en", target_lang="es") for each in sentences]

    settled()
    each_ms = 1000 * seconds(settled) / len(sentences)
    print(f"  settle: {each_ms:.2f} ms a sentence, a name in every 200 words", flush=True)
    return {**found, "settle_ms": each_ms}


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


def _find(what: str, glossary: Glossary, chance: random.Random, bar: str) -> dict[str, object]:
    forms = [form for c in glossary.concepts.values() for form in _forms(c)]
    text = _text(chance, forms, _MB)
    made: list[Matcher] = []
    compiling_s = seconds(lambda: made.append(Matcher(glossary, lang="en")))
    names, raw = made[0], AhoCorasick([form.lower() for form in set(forms)], store_patterns=False)
    result = paired(
        lambda: names.find(text), lambda: raw.find_matches_as_indexes(text.lower(), overlapping=True), runs=5
    )
    n_bytes = len(text.encode())
    speeds = {"ours_mb_s": n_bytes / 1e6 / result["ours_s"], "raw_mb_s": n_bytes / 1e6 / result["theirs_s"]}
    print(f"{what}: compiled in {compiling_s:.2f} s, process {_peak_mb():,.0f} MB at its peak")
    show(f"  find, {speeds['ours_mb_s']:.1f} MB/s, raw automaton {speeds['raw_mb_s']:.1f} MB/s", result, bar)
    return {**result, **speeds, "compiling_s": compiling_s, "peak_mb": _peak_mb()}


def _file(glossary: Glossary) -> dict[str, object]:
    """Load a file of 100,000 concepts and compile one language."""
    lines = ["exonym: 1", "concepts:"]
    taken: set[str] = set()
    for concept in glossary.concepts.values():
        # A form that two concepts own is a mistake in a file, and chance makes some.
        preferred, *deprecated = [form for form in _forms(concept) if form not in taken] or [f"Xo{concept.id}"]
        taken.update(_forms(concept))
        lines += [f"  {concept.id}:", "    kind: place", "    names:"]
        lines += [f"      en: {{preferred: {preferred}, deprecated: [{', '.join(deprecated)}]}}"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "names.yaml"
        path.write_text("\n".join(lines), encoding="utf-8")
        loaded: list[Glossary] = []
        loading_s = seconds(lambda: loaded.append(load(path)))
        megabytes = path.stat().st_size / 1e6
    compiling_s = seconds(lambda: Matcher(loaded[0], lang="en"))
    print(
        f"{len(loaded[0].concepts):,} concepts, {megabytes:.0f} MB: loaded in {loading_s:.1f} s, "
        f"compiled in {compiling_s:.1f} s, process {_peak_mb():,.0f} MB at its peak   bar: 10 s together"
    )
    return {"loading_s": loading_s, "compiling_s": compiling_s, "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _forms(concept: Concept) -> tuple[str, ...]:
    names = concept.names["en"]
    return (names.preferred, *names.deprecated) if isinstance(names, Names) else ()


def _text(chance: random.Random, forms: list[str], n_mb: float) -> str:
    words, names = _SEED.read_text(encoding="utf-8").split(" "), chance.sample(forms, min(len(forms), 5000))
    pieces, size = [], 0
    while size < n_mb * 1_000_000:
        pieces.append(chance.choice(names) if chance.random() < 0.005 else chance.choice(words))
        size += len(pieces[-1]) + 1
    return " ".join(pieces)


def _sentences() -> dict[str, object]:
    """Settle the article as the neural engine translates it, beside what translating it takes."""
    text = _SEED.read_text(encoding="utf-8")
    loaded: list[Glossary] = []
    loading_s = seconds(lambda: loaded.append(load(shipped())))
    glossary, engine = loaded[0], Argos(package_settings(text)[0])
    sentences = [segment.text for segment in split(text, lang="en").segments]
    translated = engine.translate(sentences, Pair("en", "es"))

    def settled() -> list[object]:
        both = zip(sentences, translated, strict=True)
        return [settle(one, other, glossary=glossary, source_lang="en", target_lang="es") for one, other in both]

    first_s = seconds(settled)
    result = paired(settled, lambda: engine.translate(sentences, Pair("en", "es")), runs=7)
    engine.close()
    share = 100 / result["ratio"]
    print(
        f"house glossary, {len(glossary.concepts)} concepts: loaded in {loading_s:.2f} s; first article "
        f"{first_s * 1e3:.0f} ms, as two languages are compiled"
    )
    show(f"  names of the article, {share:.1f} % of its neural time", result, "at least 20 (5 %)")
    return {**result, "loading_s": loading_s, "first_s": first_s, "share_percent": share}
