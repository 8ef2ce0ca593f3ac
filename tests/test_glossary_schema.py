"""The JSON Schema agrees with the loader: what one refuses, the other does not take."""

import dataclasses

import jsonschema
import pytest
import yaml

from glossary import Concept, GlossaryFileError, Names, PersonNames, loads, shipped
from glossary.file.reader import CONCEPT_KEYS, KINDS, MATCHES, NAMES_KEYS, PERSON_KEYS
from glossary.file.schema import schema

VALIDATOR = jsonschema.Draft202012Validator(schema())


def concept(body, *, kind="person"):
    return f"exonym: 1\nconcepts:\n  x:\n    kind: {kind}\n    {body}\n"


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_shipped_glossary_satisfies_it():
    VALIDATOR.validate(yaml.safe_load(shipped().read_text(encoding="utf-8")))


def test_model_schema_and_reader_name_the_same_keys():
    concept_keys = {field.name for field in dataclasses.fields(Concept)} - {"id", "line", "excepts"} | {"except"}
    defs = schema()["$defs"]
    assert concept_keys == set(CONCEPT_KEYS) == set(defs["concept"]["properties"])
    assert {field.name for field in dataclasses.fields(Names)} == set(NAMES_KEYS)
    assert {field.name for field in dataclasses.fields(PersonNames)} == set(PERSON_KEYS)
    assert tuple(defs["concept"]["properties"]["kind"]["enum"]) == KINDS
    assert tuple(defs["concept"]["properties"]["match"]["enum"]) == MATCHES


@pytest.mark.parametrize(
    "body",
    [
        "names: {en: Kyiv}",
        "names: {pt-BR: Kyiv, zh-Hans: 基辅}",
        "names: {en: {preferred: Kyiv, admitted: [K], deprecated: [Kiev], forms: {gen: Kyivu}}}",
        "names: {en: {given: Ann, family: {preferred: Lee, deprecated: [Li]}, alone: false}}",
        "names: {en: Kyiv}\n    except: {en: [chicken Kyiv]}\n    near: {en: [c]}\n    match: any\n    romanise: true",
        "names: {en: Kyiv}\n    note: a\n    source: b",
    ],
)
def test_good_files_satisfy_both(body):
    assert loads(concept(body))
    VALIDATOR.validate(yaml.safe_load(concept(body)))


@pytest.mark.parametrize(
    "text",
    [
        "exonym: 2\nconcepts: {}",
        "concepts: {}",
        "exonym: 1",
        "exonym: 1\nconcepts: []",
        "exonym: 1\nconcepts: {}\nmore: 1",
        concept("note: no names"),
        concept("names: {}"),
        concept("names: Kyiv"),
        concept("names: {english: Kyiv}"),
        concept("names: {en: ''}"),
        concept("names: {en: 112}"),
        concept("names: {en: [Kyiv]}"),
        concept("names: {en: {deprecated: [Kiev]}}"),
        concept("names: {en: {preferred: Kyiv, deprecated: Kiev}}"),
        concept("names: {en: {preferred: Kyiv, depricated: [Kiev]}}"),
        concept("names: {en: {given: Ann}}"),
        concept("names: {en: {given: Ann, family: Lee}}", kind="place"),
        concept("names: {en: Kyiv}", kind="town"),
        concept("names: {en: Kyiv}\n    match: fuzzy"),
        concept("names: {en: Kyiv}\n    romanise: maybe"),
        concept("names: {en: Kyiv}\n    except: [Kyiv]"),
        concept("names: {en: Kyiv}\n    near: {en: Kyiv}"),
        concept(f"names: {{en: {'x' * 201}}}"),
    ],
)
def test_bad_files_satisfy_neither(text):
    with pytest.raises(GlossaryFileError):
        loads(text)
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text)))
