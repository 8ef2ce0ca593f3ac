import pytest

from glossary.rewrite.around import agreed


@pytest.mark.parametrize(
    ("before", "old", "new", "lang", "expected"),
    [
        ("an ", "Ekaterinburg", "Yekaterinburg", "en", "a Yekaterinburg"),
        ("A ", "Kyrgyz", "Abkhaz", "en", "An Abkhaz"),
        ("an ", "Uighur", "Uyghur", "en", "an Uyghur"),  # nobody can tell from the letters how it is said
        ("ban ", "Odessa", "Kyiv", "en", "ban Kyiv"),
        ("d'", "Odessa", "Kharkiv", "fr", "de Kharkiv"),
        ("d&#39;", "Odessa", "Kharkiv", "fr", "de Kharkiv"),
        ("D’", "Odessa", "Kharkiv", "fr", "De Kharkiv"),
        ("de ", "Lvov", "Odessa", "fr", "d'Odessa"),
        ("qu'", "Odessa", "Kharkiv", "fr", "que Kharkiv"),
        ("du ", "Kazakhstan", "Iran", "fr", "de l'Iran"),
        ("de ", "Kiev", "Hébron", "fr", "de Hébron"),
        ("à ", "Cairo", "Le Caire", "fr", "au Caire"),
        ("la ", "Mecca", "La Mecque", "fr", "La Mecque"),
        ("di ", "Cairo", "Il Cairo", "it", "del Cairo"),
        ("al ", "Cairo", "Il Cairo", "it", "al Cairo"),
        ("del ", "Qatar", "Iran", "it", "dell'Iran"),
        ("de ", "Kiev", "Odessa", "ca", "d'Odessa"),
        ("el ", "Kazakhstan", "Iran", "ca", "l'Iran"),
        ("de ", "Cairo", "O Cairo", "pt", "do Cairo"),
        ("y ", "Kazán", "Isfahán", "es", "e Isfahán"),
        ("e ", "Isfahán", "Kazán", "es", "y Kazán"),
        ("o ", "Kiev", "Odesa", "es", "u Odesa"),
        ("in ", "Kiew", "Odessa", "de", "in Odessa"),
        ("", "Kiev", "Odessa", "fr", "Odessa"),
    ],
)
def test_the_word_before_agrees(before, old, new, lang, expected):
    found = agreed(before + old, len(before), old=old, new=new, lang=lang)
    assert found is not None
    assert before[: found.start] + found.before + found.name == expected


@pytest.mark.parametrize(("before", "lang"), [("l'", "fr"), ("dell'", "it"), ("l’", "ca")])
def test_an_article_whose_gender_is_not_known_is_left(before, lang):
    assert agreed(before + "Odessa", len(before), old="Odessa", new="Kharkiv", lang=lang) is None
