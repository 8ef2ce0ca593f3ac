"""The JSON Schema of the glossary file, made from the records, so that editors complete and check while one types."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from glossary.file import reader
from glossary.model import Concept, Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Iterable

# The model says `excepts` where the file says `except`, a word that Python keeps for itself.
_IN_FILE = {"excepts": "except"}
_NOT_IN_FILE = {"id", "line"}

_TAG = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_ABOUT = {
    "kind": "What the concept is; places and people are romanised by default.",
    "names": "Language (BCP-47 tag) to names; a language that is not here has no rule.",
    "preferred": "The name that the house writes.",
    "admitted": "Names that are left alone.",
    "deprecated": "Names that are rewritten to the preferred one.",
    "forms": "Grammatical case to that form of the preferred name, where no dictionary knows it.",
    "given": "The given name; alone it never matches.",
    "family": "The family name; alone it is a mention too, unless alone is false.",
    "alone": "Whether the family name alone is a mention.",
    "except": "Language to phrases in which the words mean something else.",
    "near": "Language to words of which one must stand in the sentence.",
    "match": "How case is treated: smart lets Donbas match DONBAS, but never a lower-case word.",
    "romanise": "Whether romanisations of the Cyrillic names count as deprecated in Latin-script languages.",
    "note": "Why the house spells it so.",
    "source": "Where the spellings come from.",
}


def schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a glossary file as JSON data.

    It holds what can be told of each value by itself; what holds between concepts, only loading tells.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Exonym glossary",
        **_object(
            {
                "exonym": {"const": 1, "description": "Version of the format."},
                "concepts": {
                    "type": ["object", "null"],
                    "propertyNames": {"pattern": r"^[^\W_][\w.-]*$", "maxLength": reader.MAX_ID_CHARS},
                    "additionalProperties": {"$ref": "#/$defs/concept"},
                },
            },
            required=("exonym", "concepts"),
        ),
        "$defs": {
            "name": {"type": "string", "minLength": 1, "maxLength": reader.MAX_NAME_CHARS, "pattern": r"\S"},
            "list": {"type": "array", "items": {"$ref": "#/$defs/name"}},
            "phrases": {"type": "object", "propertyNames": {"pattern": _TAG}, "additionalProperties": _ref("list")},
            "names": {"anyOf": [_ref("name"), _record(Names)]},
            "person": _record(PersonNames),
            "concept": _concept(),
        },
    }


def _concept() -> dict[str, Any]:
    """Return the schema of a concept: people may have their names in parts."""
    record = _record(Concept)
    entry = {"anyOf": [_ref("names"), _ref("person")]}
    record["properties"]["names"] |= {
        "minProperties": 1,
        "propertyNames": {"pattern": _TAG},
        "additionalProperties": entry,
    }
    in_parts = {"properties": {"names": {"additionalProperties": _ref("names")}}}
    return record | {"if": {"properties": {"kind": {"const": "person"}}}, "else": in_parts}


def _record(record: type[Concept | Names | PersonNames]) -> dict[str, Any]:
    """Return the schema of one record of the model: its fields, their types and which must be there."""
    hints = get_type_hints(record)
    fields = [field for field in dataclasses.fields(record) if field.name not in _NOT_IN_FILE]
    properties = {}
    for field in fields:
        name = _IN_FILE.get(field.name, field.name)
        properties[name] = {**_value(name, hints[field.name]), "description": _ABOUT[name]}
    missing = dataclasses.MISSING
    required = [field.name for field in fields if field.default is missing and field.default_factory is missing]
    return _object(properties, required=required)


def _value(name: str, hint: Any) -> dict[str, Any]:  # noqa: ANN401 - a type
    if name in ("except", "near"):
        return _ref("phrases")
    if name == "names":
        return {"type": "object"}
    if name == "forms":
        return {"type": "object", "additionalProperties": _ref("name")}
    if hint is Names:
        return _ref("names")
    if bool in (hint, *get_args(hint)):
        return {"type": "boolean"}
    if hint is str:
        return _ref("name") if name == "preferred" else {"type": "string", "maxLength": reader.MAX_TEXT_CHARS}
    if get_args(hint)[:1] == (str,):
        return _ref("list")
    return {"enum": list(get_args(hint))}


def _object(properties: dict[str, Any], *, required: Iterable[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}
