"""How well names hold on labelled outputs of real systems, by direction, beside find-and-replace.

    python -m bench.evaluate ../shared/eval

The folder has `score_names.py` and `dev/` (occurrences.jsonl, names.yaml with listed variants, names.min.yaml without).
A cell is the share of variants left, and the look-alikes broken of those that equal a variant.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from glossary import Glossary, load, normalise, settle
from glossary.model import Names

if TYPE_CHECKING:
    from collections.abc import Callable

Method: TypeAlias = "Callable[[dict[str, Any], str], str]"


def main(folder: Path) -> None:
    """Print the table, the largest directions first and all together last."""
    spec = importlib.util.spec_from_file_location("score_names", folder / "score_names.py")
    if spec is None or spec.loader is None:
        sys.exit(f"{folder} has no score_names.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    lines = (folder / "dev" / "occurrences.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    scores = {
        name: scorer.score(records, {o["id"]: method(r, o["text"]) for r in records for o in r["outputs"]})
        for name, method in _methods(folder / "dev").items()
    }
    print(f"| direction | variants | {' | '.join(scores)} |\n|---|---|{'---|' * len(scores)}")
    groups = {name: score["groups"]["direction"] for name, score in scores.items()}
    n_variants = Counter({direction: group["var"] for direction, group in groups["find-and-replace"].items()})
    for direction, n in n_variants.most_common(10):
        print(f"| {direction} | {n} | {' | '.join(_cell([group[direction]]) for group in groups.values())} |")
    together = " | ".join(_cell(group.values()) for group in groups.values())
    print(f"| all {len(n_variants)} | {n_variants.total()} | {together} |")


def _methods(dev: Path) -> dict[str, Method]:
    full, minimal = load(dev / "names.yaml"), load(dev / "names.min.yaml")
    return {
        "find-and-replace": lambda record, text: _replaced(full, record["tgt_lang"], text),
        "normalise": lambda record, text: normalise(text, glossary=full, lang=record["tgt_lang"]).text,
        "settle": _settling(full),
        "normalise, minimal": lambda record, text: normalise(text, glossary=minimal, lang=record["tgt_lang"]).text,
        "settle, minimal": _settling(minimal),
    }


def _settling(glossary: Glossary) -> Method:
    return lambda record, text: (
        settle(
            record["source"], text, glossary=glossary, source_lang=record["src_lang"], target_lang=record["tgt_lang"]
        ).text
    )


def _replaced(glossary: Glossary, lang: str, text: str) -> str:
    """Do what a user without exonym does: replace every listed variant, whole words, whatever the case."""
    for concept in glossary.concepts.values():
        names = concept.named_in(lang)
        if isinstance(names, Names):
            for variant in sorted(names.deprecated, key=len, reverse=True):
                text = re.sub(rf"\b{re.escape(variant)}\b", lambda _, to=names.preferred: to, text, flags=re.IGNORECASE)
    return text


def _cell(counts: Any) -> str:  # noqa: ANN401 - an iterable of the scorer's counters
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    left = total["var"] - total["fixed"]
    rate = f"{100 * left / total['var']:.1f} %" if total["var"] else "–"
    return f"{rate} · {total['hn_wrong_variant-form']}/{total['hn_variant-form']}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
