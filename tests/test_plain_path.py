"""Nothing that makes exonym fast changes a word: 1,000 sentences through all of it, and each by itself without it."""

import asyncio
import random
import re
import subprocess
from types import SimpleNamespace

import ctranslate2
import pytest
import sentencepiece
from constructed import lexicon

from glossary import Glossary
from service.batching import Batched
from service.caching import Cached
from service.desk import Desk
from service.engines.apertium import Apertium
from service.engines.argos import Argos
from service.packages import installed
from service.pipeline import Pipeline
from service.records import Caller, Order, Pair
from service.settings import Settings
from service.store import Store

PAIR = Pair("en", "es")
N_SENTENCES = 1000
N_CALLERS = 12


def sentences(words, *, seed):
    """Make sentences of 2 to 25 words, with numbers and, now and then, one that was there before."""
    chance = random.Random(seed)
    made = []
    while len(made) < N_SENTENCES:
        if made and chance.random() < 0.05:
            made.append(chance.choice(made))
            continue
        chosen = [chance.choice(words) for _ in range(chance.randint(2, 25))]
        chosen.insert(chance.randint(1, len(chosen)), str(chance.randint(2, 9999)))
        text = " ".join(chosen)
        made.append(f"{text[:1].upper()}{text[1:]}.")
    return made


def texts_of(made):
    """Divide the sentences into texts of 1 to 9, as callers send them."""
    chance, start = random.Random(3), 0
    while start < len(made):
        end = start + chance.randint(1, 9)
        yield made[start:end]
        start = end


async def through_everything(engine, texts, settings, folder):
    """Ask as many callers do at once: cache over batches over the engine, pipeline, desk."""
    store = Store.open(f"sqlite:///{folder / 'store.db'}")
    pipeline = Pipeline({engine.name: Cached(Batched(engine, settings), store.sentences)}, Glossary({}))
    desk = Desk(pipeline, house=SimpleNamespace(glossary=Glossary({})), settings=settings)

    async def asked(n, text):
        order = Order(texts=(text,), source="en", targets=("es",))
        [answer] = await desk.translate(order, caller=Caller(f"key:{n % N_CALLERS}"))
        return answer.translations[0].text

    try:
        # The second time, what is remembered answers.
        return [await asyncio.gather(*(asked(n, text) for n, text in enumerate(texts))) for _ in range(2)]
    finally:
        await desk.close()
        await asyncio.to_thread(pipeline.close)
        store.close()


@pytest.mark.parametrize("beam", [4, 1])
def test_neural_text_is_that_of_plain_calls(argos_settings, tmp_path, beam):
    settings = argos_settings.model_copy(update={"beam_size": beam})
    # Respelled pieces and characters outside the vocabulary too.
    words = [*lexicon("en", "es"), "Synyehubov", "Kyiv", "Wolkowyk", "日本", "vyaskyv"]
    made = sentences(words, seed=beam)
    package = next(each for each in installed(settings) if each.target_code == "es")
    processor = sentencepiece.SentencePieceProcessor(model_file=str(package.path / "sentencepiece.model"))
    translator = ctranslate2.Translator(str(package.path / "model"), inter_threads=1, intra_threads=1)

    def plain(sentence):
        [result] = translator.translate_batch(
            [processor.encode(sentence, out_type=str)], beam_size=beam, length_penalty=0.2, replace_unknowns=True
        )
        return processor.decode_pieces(result.hypotheses[0])

    alone = [plain(sentence) for sentence in made]
    groups = list(texts_of(made))
    assert len(set(alone)) > 0.9 * N_SENTENCES
    found = asyncio.run(through_everything(Argos(settings), [" ".join(each) for each in groups], settings, tmp_path))
    expected = [" ".join(each) for each in texts_of(alone)]
    assert found == [expected, expected]


def test_rule_based_text_is_that_of_the_command(tmp_path):
    settings = Settings()
    engine = Apertium(settings)
    if PAIR not in engine.pairs():
        pytest.skip("apertium-eng-spa is not installed here")
    made = sentences(
        [
            "the",
            "house",
            "river",
            "city",
            "water",
            "is",
            "are",
            "was",
            "old",
            "new",
            "big",
            "near",
            "two",
            "men",
            "came",
            "in",
            "of",
            "and",
        ],
        seed=5,
    )
    done = subprocess.run(
        ["apertium", "-u", "eng-spa"], input="\n\n".join(made), capture_output=True, text=True, check=True
    )
    alone = done.stdout.strip("\n").split("\n\n")
    assert len(alone) == len(made)
    groups = list(texts_of(made))
    found = asyncio.run(through_everything(engine, [" ".join(each) for each in groups], settings, tmp_path))
    assert found[0] == found[1]
    # The command leaves spaces where words were taken out, which nobody wants before a full stop or twice.
    expected = [re.sub(r" +(?=[ .])", "", " ".join(each)) for each in texts_of(alone)]
    assert found[0] == expected
