from __future__ import annotations

import importlib
import math
import pkgutil
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from hyperquery import CatalogError, ConfigError
from hyperquery.anthem.batches import Judgment
from hyperquery.anthem.documents import Document
from hyperquery.anthem.text import trigrams, words
from hyperquery.evaluation.peers import matching
from hyperquery.evaluation.peers.matching import MODELS, Matcher, MatchingConfig
from hyperquery.evaluation.peers.matching.contrasts import ContrastSource, judged_queries
from hyperquery.evaluation.peers.matching.layers import TrigramWindows, WordVectors
from hyperquery.evaluation.peers.matching.lexicon import Lexicon
from hyperquery.evaluation.peers.matching.matchpyramid import _stretched
from hyperquery.evaluation.peers.matching.scorer import Scorer
from tests.products import DOCUMENTS

TEXTS = [tuple(words(document.text)) for document in DOCUMENTS]
KINDS = ["kettle", "pan", "tent", "lantern", "hammer", "drill", "novel", "atlas"]
EVERYTHING = np.arange(len(DOCUMENTS))
SMALL = MatchingConfig(
    dimension=16,
    query_length=8,
    product_length=12,
    steps=150,
    tune_steps=40,
    tune_pace=3.0,
    queries_per_step=16,
    negatives=3,
)
STEPS = {"ARC-II": 400}  # it sees no match of words until it has learned each of them
LEXICON = Lexicon(TEXTS, SMALL)


@cache
def fitted(name, steps):
    return Matcher.fit(name, DOCUMENTS, config=replace(SMALL, steps=steps))


def scorer(name):
    torch.manual_seed(0)
    return MODELS[name](LEXICON, SMALL).eval()


def test_every_model_of_the_package_is_registered_and_so_tested():
    modules = [
        importlib.import_module(f"{matching.__name__}.{module.name}")
        for module in pkgutil.iter_modules(matching.__path__)
    ]
    models = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Scorer) and value is not Scorer
    }
    assert models == set(MODELS.values())
    assert len(models) == len(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_a_relevant_product_outranks_others(name):
    matcher = fitted(name, STEPS.get(name, SMALL.steps))
    shares = []
    for kind in KINDS:
        relevant = np.array([kind in document.title for document in DOCUMENTS])
        shares.append(_share_in_order(matcher.scores(kind, EVERYTHING), relevant))
    assert np.mean(shares) > 0.85  # at random 0.5


def _share_in_order(scores, relevant):
    return (scores[relevant][:, None] > scores[~relevant]).mean()


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_gives_the_same_scores_and_another_seed_others(name):
    config = replace(SMALL, steps=5)
    first, again, other = (
        Matcher.fit(name, DOCUMENTS, config=replace(config, seed=seed)) for seed in (1, 1, 2)
    )
    for query in ("red kettle", "tent unheard"):
        scores = first.scores(query, EVERYTHING)
        assert (scores == again.scores(query, EVERYTHING)).all()
        assert (scores != other.scores(query, EVERYTHING)).any()


@pytest.mark.parametrize("name", MODELS)
def test_any_text_gets_finite_scores(name):
    documents = [*DOCUMENTS, Document("!!!"), Document("kettle " * 30)]
    matcher = Matcher.fit(name, documents, config=replace(SMALL, steps=3))
    for query in ("", "?!", "xyzzy", "水", "kettle", "small steel kettle " * 10):
        scores = matcher.scores(query, np.arange(len(documents)))
        assert scores.shape == (len(documents),)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()
    assert matcher.scores("kettle", np.array([], dtype=np.int64)).shape == (0,)


@pytest.mark.parametrize("name", MODELS)
def test_a_score_depends_on_its_own_product_alone(name):
    rows = np.array([5, 40, 3])
    alone = [fitted(name, 20).scores("small kettle", rows[[i]])[0] for i in range(3)]
    every = fitted(name, 20).scores("small kettle", EVERYTHING)
    np.testing.assert_allclose(alone, every[rows], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_tuning_returns_a_copy_that_fits_the_judgments_better(name):
    query = "light red"  # judged to mean the lanterns, of which few are light or red
    lanterns = np.array(["lantern" in document.title for document in DOCUMENTS])
    judgments = [Judgment(query, row, float(lantern)) for row, lantern in enumerate(lanterns)]
    matcher = fitted(name, 20)
    before = matcher.scores(query, EVERYTHING)
    tuned = matcher.tune(judgments)
    assert (matcher.scores(query, EVERYTHING) == before).all()
    after = tuned.scores(query, EVERYTHING)
    assert (after == matcher.tune(judgments).scores(query, EVERYTHING)).all()
    assert (after != before).any()
    if name not in ("DRMM", "aNMM"):  # their word vectors are fixed
        assert _share_in_order(after, lanterns) > max(0.75, _share_in_order(before, lanterns))


def test_fitting_with_judgments_is_fitting_and_tuning():
    judgments = [Judgment("light red", 3, 1.0), Judgment("light red", 4, 0.0)]
    config = replace(SMALL, steps=20)
    at_once = Matcher.fit("KNRM", DOCUMENTS, judgments, config=config)
    scores = fitted("KNRM", 20).tune(judgments).scores("light red", EVERYTHING)
    assert (at_once.scores("light red", EVERYTHING) == scores).all()


def test_judgments_that_teach_nothing_change_nothing():
    matcher = fitted("KNRM", 20)
    nothing = matcher.tune([Judgment("kettle", 0, 0.0), Judgment("!", 1, 1.0)])
    scores = nothing.scores("kettle", EVERYTHING)
    assert (scores == matcher.scores("kettle", EVERYTHING)).all()


def test_what_is_wrong_is_named():
    with pytest.raises(ConfigError, match=r"'BERT'.*ARC-II"):
        Matcher.fit("BERT", DOCUMENTS)
    with pytest.raises(CatalogError, match="no product"):
        Matcher.fit("KNRM", [Document("!")])
    with pytest.raises(ConfigError, match="negatives must be from 1 to 1000, not 0"):
        MatchingConfig(negatives=0)
    with pytest.raises(ConfigError, match=r"steps must be a whole number, not 1\.5"):
        MatchingConfig(steps=1.5)


def test_pseudo_queries_are_answered_by_the_first_product_only():
    config = replace(SMALL, typo_share=0.0, word_dropout=0.0, title_share=0.0)
    for share in (0.0, 1.0):
        source = ContrastSource(DOCUMENTS, replace(config, hard_share=share))
        drawn = source.draw(np.random.default_rng(0), 200)
        shared = []
        for query, products in zip(drawn.queries, drawn.products, strict=True):
            answer, *others = products
            assert set(query) <= set(answer)
            assert len(others) == 3
            if set(query) != {"shop"}:  # which all products satisfy
                assert not any(set(query) <= set(other) for other in others)
            shared += [bool(set(query) & set(other)) for other in others if len(set(query)) > 1]
        assert np.mean(shared) > 0.9 if share else np.mean(shared) < 0.6


def test_judged_queries_are_answered_by_gain():
    judgments = [Judgment("b a", 1, 1.0), Judgment("B A", 2, 0.1), Judgment("b a", 7, 0.0)]
    judged = judged_queries([*judgments, Judgment("c", 0, 0.0)])
    assert judged == [(("b", "a"), {1: 1.0, 2: 0.1, 7: 0.0})]
    config = replace(SMALL, word_dropout=0.0, title_share=0.0, hard_share=1.0)
    source = ContrastSource(DOCUMENTS, config)
    drawn = source.draw_judged(judged, np.random.default_rng(0), 300)
    answers = [products[0] for products in drawn.products]
    assert set(answers) == {TEXTS[1], TEXTS[2]}
    assert answers.count(TEXTS[1]) > 240  # 10 of 11, on average
    for answer, *others in drawn.products:
        assert set(others) <= ({TEXTS[2], TEXTS[7]} if answer == TEXTS[1] else {TEXTS[7]})


def test_words_spelled_alike_are_alike_even_unknown_ones():
    vectors = WordVectors(LEXICON, replace(SMALL, dimension=256), learned=False)
    pairs = LEXICON.pairs([("kettles", "qqq")], [[("kettle", "tent")]])
    cosines = vectors.similarities(pairs)[0, :2, :2]
    assert cosines[0, 0] > 0.6 > 0.3 > cosines[0, 1].abs()
    assert (cosines[1] == 0).all()


def test_trigram_windows_are_a_product_with_concatenated_counts():
    torch.manual_seed(0)
    windows = TrigramWindows(LEXICON.trigrams, 5)
    text = ("small", "kettle", "acme")
    pairs = LEXICON.pairs([text], [[text]])
    known = list(dict.fromkeys(t for words_ in TEXTS for word in words_ for t in trigrams(word)))
    counts = [[trigrams(word).count(t) for t in known] for word in text]
    zeros = [0] * len(known)
    weight = windows.table.view(-1, 3, 5).transpose(0, 1).reshape(-1, 5)
    for place, window in enumerate([[zeros, *counts[:2]], counts, [*counts[1:], zeros]]):
        expected = torch.tanh(torch.tensor(window).flatten().float() @ weight + windows.bias)
        torch.testing.assert_close(windows(pairs, pairs.queries)[0, place], expected)


def test_arcii_convolves_the_concatenation_of_two_windows():
    model = scorer("ARC-II")
    pairs = LEXICON.pairs([("small", "kettle", "acme")], [[("bolt", "tent", "red")]])
    queries, products = model.words(pairs)
    both = torch.cat([queries[0, :3], products[0, :3]]).T.flatten()
    weight = torch.cat([model.of_query.weight, model.of_product.weight], dim=2).flatten(1)
    by_query = model.of_query(queries.transpose(1, 2))[0, :, 1]
    by_product = model.of_product(products.transpose(1, 2))[0, :, 1]
    expected = weight @ both + model.of_query.bias
    torch.testing.assert_close(by_query + by_product, expected)


def test_stretching_repeats_what_is_not_padding():
    features = torch.arange(6.0).view(1, 1, 1, 6)
    stretched = _stretched(features, 3, torch.tensor([3]))
    assert stretched.flatten().tolist() == [0, 0, 1, 1, 2, 2]


def test_knrm_counts_exact_matches_by_its_first_kernel():
    model = scorer("KNRM")
    with torch.no_grad():
        model.ranking.weight.zero_()[0, 0] = 1.0
        model.ranking.bias.zero_()
    # one word found twice, one not at all
    pairs = LEXICON.pairs([("kettle", "xyzzy")], [[("kettle", "red", "kettle")]])
    expected = math.tanh(0.01 * (math.log(2) + math.log(1e-10)))
    assert float(model(pairs).detach()) == pytest.approx(expected, abs=1e-5)


def test_drmm_counts_in_bins_and_gates_by_rarity():
    model = scorer("DRMM")
    pairs = LEXICON.pairs([("kettle", "shop")], [[("kettle", "red", "kettle")]])
    histograms = model._histograms(pairs)
    assert histograms[0, 0, -1] == 2
    assert histograms[0, :2].sum(-1).tolist() == [3, 3]
    cosine = F.cosine_similarity(*(model.words(pairs)[1][0, i] for i in (0, 1)), dim=0)
    assert histograms[0, 0, int((cosine + 1) / 2 * 29)] == 1
    rarity = torch.tensor([math.log(1 + 48 / 6), math.log(1 + 48 / 48)])
    matching = model.matching(torch.log1p(histograms[0, :2]))[:, 0]
    expected = (rarity.softmax(0) * matching).sum()
    torch.testing.assert_close(model(pairs)[0], expected)


def test_anmm_sums_cosines_in_bins_and_gates_by_attention():
    model = scorer("aNMM")
    pairs = LEXICON.pairs([("kettle", "shop")], [[("kettle", "red", "kettle")]])
    sums = model._sums(pairs)
    assert sums[0, 0, -1] == pytest.approx(2.0)
    cosines = model.words.similarities(pairs)
    torch.testing.assert_close(sums.sum(-1), cosines.sum(-1))
    attention = model.attention(model.words(pairs)[0][0, :2])[:, 0].softmax(0)
    expected = (attention * torch.sigmoid(model.by_value(sums[0, :2])[:, 0])).sum()
    torch.testing.assert_close(model(pairs)[0], expected)


def test_duet_sees_exact_matches_in_its_local_part_alone():
    model = scorer("DUET")
    texts = [("kettle", "red"), ("kettle", "tent"), ("pan", "red")]
    local = model._local(LEXICON.pairs([("kettle",)], [texts]))
    assert local[0] == local[1]
    assert local[0] != local[2]
    pairs = LEXICON.pairs([("kettle",)], [texts])
    assert (model._distributed(pairs)[0] != model._distributed(pairs)[1]).all()


def test_mvlstm_compares_states_by_a_tensor():
    model = scorer("MV-LSTM")
    text = ("small", "kettle")
    pairs = LEXICON.pairs([text], [[("red", "tent", "bolt")]])
    queries, products = (3.0 * vectors for vectors in model.words(pairs))
    asked = model.lstm(queries[:, :2])[0][0]
    read = model.lstm(products[:, :3])[0][0]
    strongest = []
    for matrix, of_query, bias, of_product in zip(
        model.tensor.weight.view(4, 48, 48),
        model.of_query.weight,
        model.of_query.bias,
        model.of_product.weight,
        strict=True,
    ):
        values = torch.stack(
            [v @ matrix @ u + of_query @ u + of_product @ v + bias for u in asked for v in read]
        )
        strongest += [F.relu(values).sort(descending=True).values, torch.zeros(2)]
    expected = model.perceptron(torch.cat(strongest))[0]
    torch.testing.assert_close(model(pairs)[0], expected, rtol=1e-4, atol=1e-5)
