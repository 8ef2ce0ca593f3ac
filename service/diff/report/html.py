"""A diff, a matrix or both as one page: no script, no outside address, everything escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import langcodes

from service.diff.report.marked import marked
from service.diff.report.text import headline, printable

if TYPE_CHECKING:
    from service.diff.matrix import Cell, Matrix
    from service.diff.record import Diff, Pair
    from service.diff.report.marked import SideName

_OUTLIER = ' class="outlier"'
_RIGHT_TO_LEFT = frozenset(["Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"])
# Kinds are told apart by line and shape too: not everyone sees colours, and printers leave backgrounds out.
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--soft:#5a5a5a;--line:#c9c9c9;--name:#ffe9a8;--number:#cfe6ff;
--punctuation:#e6e6e6;--wording:#ffd9d2;--wording-b:#d3f2d6}
@media (prefers-color-scheme:dark){:root{--ink:#eee;--paper:#161616;--soft:#aaa;--line:#484848;--name:#5c4a00;
--number:#123f66;--punctuation:#444;--wording:#6b2418;--wording-b:#1d5226}}
body{margin:1.5rem auto;max-width:80rem;padding:0 1rem;font:1rem/1.55 system-ui,sans-serif;color:var(--ink);
background:var(--paper)}
h1{font-size:1.4rem;margin:0 0 .3rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin-top:2rem}
.quiet{color:var(--soft);font-size:.875rem}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}.pairs{table-layout:fixed}.pairs col.n{width:3.5rem}
th,td{border:1px solid var(--line);padding:.4rem .6rem;vertical-align:top;text-align:start;overflow-wrap:anywhere}
mark{color:inherit;border-radius:.15rem;padding:0 .1em;text-decoration-thickness:.1em;text-underline-offset:.15em}
.name{background:var(--name);text-decoration:underline}
.number{background:var(--number);text-decoration:underline dotted}
.punctuation{background:var(--punctuation);outline:1px solid var(--soft)}
.wording{background:var(--wording);text-decoration:underline wavy}
.b .wording{background:var(--wording-b)}.same td{color:var(--soft)}
.outlier{border:2px solid currentColor;background:var(--name)}
@media print{body{margin:0;max-width:none;font-size:10pt}tr{break-inside:avoid}thead{display:table-header-group}
mark,.outlier{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (max-width:40rem){.pairs,.pairs tbody,.pairs tr,.pairs td{display:block}
.pairs thead,.pairs colgroup{display:none}
.pairs tr{margin-bottom:.8rem}}
""".strip()


def html(
    diff: Diff | None = None, *, a: str = "a", b: str = "b", matrix: Matrix | None = None, title: str | None = None
) -> str:
    """Return a page; `a` and `b` name the two texts. It can be kept as a file, sent and printed.

    Languages that are written from right to left are laid out so.
    """
    title = title or (f"{a} — {b}" if diff else "Names")
    parts = [
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{_escaped(title)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<h1>{_escaped(title)}</h1>",
    ]
    if diff:
        parts += _diff(diff, a, b)
    if matrix:
        parts += _matrix(matrix)
    return "\n".join([*parts, "</body>\n</html>\n"])


def direction(lang: str) -> str:
    """Return rtl for a language whose usual script runs from right to left, else ltr.

    >>> direction("he"), direction("ar-EG"), direction("uk")
    ('rtl', 'rtl', 'ltr')
    """
    script = langcodes.get(lang).maximize().script if lang else ""
    return "rtl" if script in _RIGHT_TO_LEFT else "ltr"


def _escaped(shown: str) -> str:
    return escape(printable(shown))


def _diff(diff: Diff, a: str, b: str) -> list[str]:
    kinds = " ".join(f'<mark class="{kind}">{kind}</mark>' for kind in ("name", "number", "punctuation", "wording"))
    head = "".join(f'<th scope="col">{_escaped(label)}</th>' for label in ("", a, b))
    rows = [_row(diff, n, pair) for n, pair in enumerate(diff.pairs, 1)]
    return [
        f"<p>{escape(headline(diff))}</p>\n<p>{kinds}</p>",
        '<table class="pairs">\n<colgroup><col class="n"><col><col></colgroup>',
        f"<thead><tr>{head}</tr></thead>\n<tbody>",
        *rows,
        "</tbody>\n</table>",
        *_names(diff),
    ]


def _row(diff: Diff, n: int, pair: Pair) -> str:
    kind = "" if pair.kind == "1-1" else f'<br><span class="quiet">{pair.kind}</span>'
    cells = "".join(_side(diff, pair, side) for side in ("a", "b"))
    return f'<tr class="{"changed" if pair.changes else "same"}"><td>{n}{kind}</td>{cells}</tr>'


def _side(diff: Diff, pair: Pair, side: SideName) -> str:
    pieces = "".join(
        f'<mark class="{kind}">{_escaped(piece)}</mark>' if kind else _escaped(piece)
        for kind, piece in marked(diff, pair, side=side)
    )
    return f'<td class="{side}" lang="{escape(diff.lang)}" dir="{direction(diff.lang)}">{pieces}</td>'


def _names(diff: Diff) -> list[str]:
    """Return the changes of names as a table, for the reader who wants just these."""
    tag = f'lang="{escape(diff.lang)}" dir="auto"'
    rows = [
        f"<tr><td>{_escaped(change.concept or '')}</td><td {tag}>{_escaped(change.a.text) or 'ø'}</td>"
        f"<td {tag}>{_escaped(change.b.text) or 'ø'}</td><td>{change.follows}</td></tr>"
        for change in diff.changes
        if change.kind == "name"
    ]
    if not rows:
        return []
    head = "".join(f'<th scope="col">{word}</th>' for word in ("concept", "a", "b", "follows the glossary"))
    return ["<h2>Names</h2>\n<table>", f"<thead><tr>{head}</tr></thead>\n<tbody>", *rows, "</tbody>\n</table>"]


def _matrix(matrix: Matrix) -> list[str]:
    head = "".join(f'<th scope="col">{_escaped(label)}</th>' for label in ("concept", "in the source", *matrix.labels))
    rows = []
    for row in matrix.rows:
        cells = "".join(_cell(cell, lang) for cell, lang in zip(row.cells, matrix.langs, strict=True))
        n_source = "" if row.n_source is None else str(row.n_source)
        rows.append(f'<tr><th scope="row">{_escaped(row.concept)}</th><td>{n_source}</td>{cells}</tr>')
    n = matrix.n_outliers
    return [
        f"<h2>Names across translations</h2>\n<p>{n} cell{'s' * (n != 1)} stand{'s' * (n == 1)} out.</p>",
        f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>',
        *rows,
        "</tbody>\n</table></div>",
    ]


def _cell(cell: Cell | None, lang: str) -> str:
    if cell is None:
        return '<td class="quiet">no rule</td>'
    tag = f'lang="{escape(lang)}" dir="auto"'
    forms = "<br>".join(
        f'<bdi {tag}>{_escaped(form.text)}</bdi> <span class="quiet">{form.n}× {form.role}</span>'
        for form in cell.forms
    )
    missing = f"<br>ø {cell.n_missing}×" if cell.n_missing else ""
    why = f'<br><span class="quiet">{", ".join(cell.outlier)}</span>' if cell.outlier else ""
    return f"<td{_OUTLIER if cell.outlier else ''}>{forms}{missing}{why}</td>"
