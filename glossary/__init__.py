"""Names: find them, keep them, put them right. Knows no engine, no HTTP, no database.

Where to look: `model` concepts and their names · `file` the glossary file, read, checked and edited · `formats` TBX,
CSV, TSV · `fold` the compare-form of a text · `romanise` spellings of a name, and how near two are in sound · `inflect`
its cases · `match` names found in a text · `rewrite` the preferred name in the place of another · `evidence` whether a
word is the name · `normalise` one language · `settle` two · `discover` names that waver · `check` the lint.

>>> names = Glossary({"donbas": Concept(
...     id="donbas", kind="place", names={"en": Names(preferred="Donbas", deprecated=("Donbass",))})})
>>> normalise("Donbass's mines", glossary=names, lang="en").text
"Donbas's mines"
"""

from glossary.edits import Edit, Span, apply_edits
from glossary.errors import GlossaryConflictError, GlossaryError, GlossaryFileError, Problem
from glossary.file import examine, load, loads, shipped
from glossary.match import Match, matcher, resolve
from glossary.model import Concept, Glossary, Names, PersonNames
from glossary.normalise import Normalised, normalise
from glossary.settle import Mention, Settled, Wanted, answer, find_mentions, settle, wanted_name

__all__ = [
    "Concept",
    "Edit",
    "Glossary",
    "GlossaryConflictError",
    "GlossaryError",
    "GlossaryFileError",
    "Match",
    "Mention",
    "Names",
    "Normalised",
    "PersonNames",
    "Problem",
    "Settled",
    "Span",
    "Wanted",
    "answer",
    "apply_edits",
    "examine",
    "find_mentions",
    "load",
    "loads",
    "matcher",
    "normalise",
    "resolve",
    "settle",
    "shipped",
    "wanted_name",
]
