"""Language tags from outside."""

import pytest

from service.errors import UnknownLanguageError
from service.languages import canonical, nearest


@pytest.mark.parametrize(
    ("tag", "expect"),
    [("EN", "en"), ("eng", "en"), ("pt_br", "pt-BR"), ("zh-hant", "zh-Hant"), ("iw", "he"), ("sr-latn", "sr-Latn")],
)
def test_canonical(tag, expect):
    assert canonical(tag) == expect


@pytest.mark.parametrize("tag", ["", " ", "xx", "und", "english", "en es", "../etc", "a" * 10_000, "en\n", "\x00"])
def test_what_is_no_language(tag):
    with pytest.raises(UnknownLanguageError, match="is no language tag"):
        canonical(tag)


def test_nearest_prefers_itself_then_the_parent_then_a_child():
    assert nearest("pt-BR", {"pt", "pt-BR"}) == "pt-BR"
    assert nearest("zh-Hant-TW", {"zh", "zh-Hant"}) == "zh-Hant"
    assert nearest("pt", {"pt-PT", "pt-BR"}) == "pt-BR"
    assert nearest("br", {"fr"}) is None
