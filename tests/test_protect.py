"""Names carried through an engine."""

from hypothesis import given
from hypothesis import strategies as st

from glossary.edits import Span
from service.protect import by_name, by_token, restore

SENTENCE = "From Kharkiv to Kyiv and back to Kharkiv."
NAMES = [(Span(5, 12, "Kharkiv"), "Járkov"), (Span(16, 20, "Kyiv"), "Kiev"), (Span(33, 40, "Kharkiv"), "Járkov")]


def test_by_name_puts_the_wanted_names_in():
    assert by_name(SENTENCE, NAMES).text == "From Járkov to Kiev and back to Járkov."


def test_tokens_come_back_as_names_wherever_the_engine_moved_them():
    held = by_token(SENTENCE, NAMES)
    tokens = [token for token, _ in held.tokens]
    assert len(set(tokens)) == 3
    moved = f"{tokens[1].upper()}, {tokens[2]}; {tokens[0]}"
    assert restore(moved, held) == "Kiev, Járkov; Járkov"


def test_a_lost_split_or_doubled_token_is_noticed():
    held = by_token(SENTENCE, NAMES)
    assert restore(held.text.replace(held.tokens[0][0], ""), held) is None
    assert restore(held.text.replace(held.tokens[0][0], held.tokens[0][0][:3]), held) is None
    assert restore(held.text + held.tokens[0][0], held) is None


@given(st.text(), st.integers(0, 400))
def test_tokens_are_not_in_the_sentence_and_all_differ(sentence, n_names):
    held = by_token(sentence, [(Span(0, 0, ""), "x")] * n_names)
    tokens = [token.lower() for token, _ in held.tokens]
    assert len(set(tokens)) == n_names
    assert not any(token in sentence.lower() for token in tokens)
