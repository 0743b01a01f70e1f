from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from hyperquery import CatalogError, Config, ConfigError, Engine
from hyperquery.anthem import batches as batches_module
from hyperquery.anthem import calibration, training
from hyperquery.anthem.batches import Batches
from hyperquery.anthem.documents import Document, Facet, Facets, PseudoQueries, misspelled
from hyperquery.anthem.encoder import Shift
from hyperquery.anthem.evidence import lacking
from hyperquery.anthem.losses import contrastive_loss, membership_loss
from hyperquery.anthem.model import Model
from hyperquery.anthem.text import Vocabulary, words
from tests.products import DOCUMENTS, PRODUCTS, SMALL

VOCABULARY = Vocabulary.from_texts(document.text for document in DOCUMENTS)


def weights(engine):
    return engine.model.encoder.state_dict()


def test_the_same_seed_gives_the_same_model_and_ranking(small_engine):
    again = Engine.fit(PRODUCTS, config=SMALL, progress=False)
    for name, value in weights(small_engine).items():
        assert torch.equal(value, weights(again)[name]), name
    assert again.search("kettle AND NOT Acme").ids == small_engine.search("kettle AND NOT Acme").ids


def test_another_seed_gives_another_model(small_engine):
    other = Engine.fit(PRODUCTS, config=replace(SMALL, seed=2), progress=False)
    assert not torch.equal(weights(small_engine)["centroids"], weights(other)["centroids"])


def test_training_lowers_the_held_out_loss():
    short = training.train(DOCUMENTS, config=replace(SMALL, steps=2), progress=False)[1]
    long = training.train(DOCUMENTS, config=SMALL, progress=False)[1]
    assert long.held_out_loss < short.held_out_loss


def test_curvature_is_learned_and_zero_stays_zero(small_engine):
    assert small_engine.model.curvature not in (0.0, 1.0)
    flat = Engine.fit(PRODUCTS, config=replace(SMALL, curvature=0.0), progress=False)
    assert flat.model.curvature == 0.0
    assert all("kettle" in hit.title for hit in flat.search("kettle", k=6))


def test_judgments_teach_what_the_texts_do_not_say():
    # The judgments say that a query means the lanterns; nothing in their texts does.
    lanterns = ["lantern" in product["title"] for product in PRODUCTS]
    query = "small steel torch"
    judgments = [
        {"query": query, "product_id": product["id"], "gain": 1.0}
        for product, lantern in zip(PRODUCTS, lanterns, strict=True)
        if lantern
    ]

    def mean_rank(*known):
        engine = Engine.fit(PRODUCTS, *known, config=SMALL, progress=False)
        energies = engine.hyperboloid(query).energy(engine.points)
        return energies.argsort().argsort()[lanterns].mean()

    assert mean_rank(judgments) < 4.5  # among the first; the best is 2.5
    assert mean_rank() > 5


def test_an_interrupt_keeps_the_best_model_and_says_so(monkeypatch, capsys):
    real, calls = training.Batches.draw, []

    def interrupted(self):
        calls.append(1)
        if len(calls) > 35:
            raise KeyboardInterrupt
        return real(self)

    monkeypatch.setattr(training.Batches, "draw", interrupted)
    engine = Engine.fit(PRODUCTS, config=SMALL, progress=False)
    assert engine.report.interrupted
    assert engine.report.best_step in {10, 20, 30}
    assert "keeping the model of step" in capsys.readouterr().err
    assert len(engine.search("kettle", k=3)) == 3


def test_training_stops_when_the_held_out_products_no_longer_profit(monkeypatch):
    monkeypatch.setattr(training._Training, "check", lambda self, batch: 1.0)
    config = replace(SMALL, steps=100, checks=20, patience=3)
    report = training.train(DOCUMENTS, config=config, progress=False)[1]
    assert (report.best_step, report.steps) == (5, 20)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_tiny_catalogs_can_be_fitted(number):
    engine = Engine.fit(PRODUCTS[:number], config=replace(SMALL, steps=3), progress=False)
    assert len(engine.search("kettle")) == number


def test_pseudo_queries_are_satisfied_by_their_product():
    rng = np.random.default_rng(0)
    queries = PseudoQueries(DOCUMENTS, facet_share=0.5)
    among = set(range(len(DOCUMENTS)))
    for index in range(len(DOCUMENTS)):
        query = queries.make(index, rng)
        found = queries.satisfying(query, among)
        assert index in found
        assert found == {i for i in among if set(query) <= set(queries.texts[i])}


def test_satisfying_products_count_as_positives():
    batch = training.Batches(DOCUMENTS, (), VOCABULARY, SMALL, np.random.default_rng(0)).draw()
    for query, gains in zip(batch.queries, batch.gains, strict=True):
        assert gains.sum() >= 1, query


def test_misspelling_changes_one_place_of_a_long_word():
    rng = np.random.default_rng(0)
    made = {misspelled("kindle", rng) for _ in range(200)}
    assert "kindle" not in made
    assert {"kindel", "kinde", "kinddle"} <= made
    assert all(5 <= len(word) <= 7 for word in made)
    assert misspelled("tv4", rng) == "tv4"


def test_misspelled_queries_keep_their_products():
    config = replace(SMALL, typo_share=1.0)
    batch = training.Batches(DOCUMENTS, (), VOCABULARY, config, np.random.default_rng(0)).draw()
    texts = [set(product) for product in batch.products]
    assert any(not set(query) <= set.union(*texts) for query in batch.queries)
    assert (batch.gains.sum(1) >= 1).all()


def test_edges_are_calibrated_on_several_queries_of_few_products(small_engine, monkeypatch):
    model = small_engine.model
    documents = small_engine.catalog.documents()
    batches = Batches(documents, (), model.vocabulary, SMALL, np.random.default_rng(0))
    few = len(batches.held_out)
    assert len(calibration._pseudo_queries(model.encoder, batches, frozenset()).queries) > 2 * few
    monkeypatch.setattr(calibration, "_MOST_QUERIES", few // 2)
    assert len(calibration._pseudo_queries(model.encoder, batches, frozenset()).queries) <= few // 2


def test_evidence_is_the_share_of_a_term_that_is_missing():
    vocabulary = Vocabulary.from_texts(["fire tv", "kindle", "fire kindle"])
    terms = vocabulary.encode(["fire", "fire kindle"]).trigrams
    titles = vocabulary.encode(["fire", "x", "kindle"]).trigrams
    texts = vocabulary.encode(["fire", "x", "kindle fire"]).trigrams
    lack = lacking(terms, texts, titles, vocabulary)
    assert lack[0, 0] == 0
    assert 0 < lack[1, 0] < 1
    assert lack[:, 1].tolist() == [1, 1]
    assert lack[0, 2] == 0.5  # held, but not in the title
    assert lack[1, 2].item() == pytest.approx((1 - lack[1, 0].item()) / 2)


def test_facets_are_had_by_the_products_that_have_them():
    facets = Facets(DOCUMENTS)
    everyone = set(range(len(DOCUMENTS)))
    for facet in facets.names:
        holders = facets.having(facet, everyone)
        assert holders == {
            i
            for i, document in enumerate(DOCUMENTS)
            if facet in {tuple(words(text)) for text, _ in document.facets}
        }
    assert facets.kinds == dict.fromkeys(facets.names, "category") | dict.fromkeys(
        [("acme",), ("bolt",), ("crest",), ("delta",)], "brand"
    )
    assert facets.known(0) == [
        (("acme",), "brand"), (("shop",), "category"),
        (("kitchen",), "category"), (("kettles",), "category"),
    ]  # fmt: skip
    rng = np.random.default_rng(0)
    drawn = facets.draw([0, 1], 100, rng)
    assert set(drawn) == {("acme",), ("shop",), ("kitchen",), ("kettles",), ("pans",)}
    assert len(facets.draw(sorted(everyone), 3, rng)) == 3


def test_a_facet_that_titles_use_otherwise_is_left_out():
    documents = [
        *(
            Document(f"Espresso {thing}", (Facet("coffee", "category"),))
            for thing in ("mug", "tamper", "cup", "pot")
        ),
        Document("Oak chair", (Facet("espresso", "color"),)),
        Document("Oak table", (Facet("oak", "color"), Facet("furniture", "category"))),
    ]
    facets = Facets(documents)
    assert facets.names == {("coffee",), ("oak",), ("furniture",)}
    assert facets.known(4) == [(("espresso",), "color")]


def test_a_facet_is_of_the_kind_as_which_most_products_have_it():
    documents = [
        Document("phone", (Facet("Orange", "brand"),)),
        *(Document(f"{thing}", (Facet("orange", "color"),)) for thing in ("mug", "cup")),
    ]
    assert Facets(documents).kinds == {("orange",): "color"}


def test_a_taught_facet_has_its_own_evidence_and_other_text_that_of_the_config():
    model, _ = training.train(DOCUMENTS, config=SMALL, progress=False)
    taught, other = model.encode_term("Kitchen"), model.encode_term("kitchens")
    assert other.evidence == SMALL.evidence_weight
    assert taught.evidence != SMALL.evidence_weight
    assert taught.evidence >= 0
    without = replace(SMALL, evidence_weight=0.0)
    model, _ = training.train(DOCUMENTS, config=without, progress=False)
    assert model.encode_term("Kitchen").evidence == model.encode_term("kitchens").evidence == 0


def test_a_taught_facet_has_an_axis_and_its_edge_allows_for_the_undecided():
    model, _ = training.train(DOCUMENTS, config=SMALL, progress=False)
    places = model.leanings.places
    assert {*places.learned, *places.rare} == model.facets
    span, acme = (places.span((facet,)) for facet in ("kitchen", "acme"))
    assert span is not None
    assert acme is not None
    kitchen, of_acme = (model.leanings.undecided_at(one) for one in (span, acme))
    for farther in (0.0, 0.75):
        model.encoder.edge_shifts[Shift.FARTHER] = farther
        whole = SMALL.leaning_weight + farther
        leaned, weight = SMALL.leaning_weight / whole, whole * SMALL.naming_share
        of_kitchen = (span, whole, leaned, leaned * kitchen, ("kitchen",), "category")
        unknown = (places.unknown("category"), farther, 0.0, 1.0, (), "category")
        axes = (of_kitchen, unknown) if farther else (of_kitchen,)
        assert model.encode_term("Kitchen").axes == axes
        named = (
            (acme, weight, leaned, leaned * of_acme, ("acme",), "brand"),
            (span, weight, leaned, leaned * kitchen, ("kitchen",), "category"),
        )
        assert model.encode_term("acme folding kitchens").axes == named
        assert model.encode_term("folding").axes == ()
    kitchen *= leaned
    without = Model(model.vocabulary, model.encoder, model.facets)
    for term, weight in (("Kitchen", whole), ("folding", 0.0)):
        code, plain = model.encode_term(term), without.encode_term(term)
        assert code.hyperboloid == plain.hyperboloid
        assert plain.axes == ()
        allowed = code.region([0.0]).hyperboloid.edge - code.hyperboloid.edge
        assert allowed == pytest.approx(weight * (1 - kitchen), rel=1e-5)


def test_leanings_change_no_weights():
    flat = replace(SMALL, leaning_weight=0.0)
    with_axes, without = (
        training.train(DOCUMENTS, config=config, progress=False)[0] for config in (SMALL, flat)
    )
    assert with_axes.leanings.places.learned
    assert without.leanings.places.kinds == ()
    for name, tensor in without.encoder.state_dict().items():
        same = torch.equal(tensor, with_axes.encoder.state_dict()[name])
        assert same or name == "edge_shifts"


def test_of_many_titles_some_are_learned_from(monkeypatch):
    whole, _ = training.train(DOCUMENTS, config=SMALL, progress=False)
    for module in (batches_module, training):
        monkeypatch.setattr(module, "MOST_TITLES", 20)
    part, _ = training.train(DOCUMENTS, config=SMALL, progress=False)
    assert 0 < len(part.leanings.places.learned) < len(whole.leanings.places.learned)
    again, _ = training.train(DOCUMENTS, config=SMALL, progress=False)
    for name, array in part.leanings.arrays().items():
        np.testing.assert_array_equal(array, again.leanings.arrays()[name])


def test_leanings_know_nothing_of_held_out_products():
    config = replace(SMALL, held_out=0.2)
    vocabulary = Vocabulary.from_texts(document.text for document in DOCUMENTS)
    batches = Batches(DOCUMENTS, (), vocabulary, config, np.random.default_rng(0))
    everything = batches.leanings(batches.facets.names, held_out=False)
    held_out = set(batches.held_out)
    assert 0 < len(held_out) < len(DOCUMENTS)
    zither = Document("xylophone", (Facet("zither", "category"),))
    others = [zither if i in held_out else d for i, d in enumerate(DOCUMENTS)]
    changed = Batches(others, (), vocabulary, config, np.random.default_rng(0))
    assert changed.held_out == batches.held_out
    again = changed.leanings(changed.facets.names, held_out=False)
    assert again.places.learned == everything.places.learned
    for name, array in everything.arrays().items():
        np.testing.assert_array_equal(array, again.arrays()[name])
    finished = changed.leanings(changed.facets.names, held_out=True)
    assert ("zither",) in finished.places.learned


def test_the_contrastive_loss_counts_rows_and_columns():
    gains = torch.eye(3)
    by_rows = torch.tensor([[0.0, 1.0, 1.0], [5.0, 4.0, 5.0], [9.0, 9.0, 8.0]])
    both = torch.tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    sharp = torch.tensor(1.0)
    # Every query ranks its product first in both, but only one has a common scale.
    assert contrastive_loss(both, gains, sharp) < contrastive_loss(by_rows, gains, sharp)


def test_the_membership_loss_wants_members_inside_and_others_outside():
    energies, members = torch.tensor([[0.1, 0.9]]), torch.tensor([[1.0, 0.0]])
    sharp = torch.tensor(10.0)
    between = membership_loss(energies - 0.5, members, sharp)
    for edge in (0.0, 1.0):
        assert between < membership_loss(energies - edge, members, sharp)


def test_a_catalog_without_words_is_refused():
    with pytest.raises(CatalogError, match="no product of the catalog has a letter"):
        Engine.fit([{"id": 1, "title": "!!!"}], config=SMALL, progress=False)


def test_a_product_without_words_matches_no_term():
    rows = [*PRODUCTS, {"id": "odd", "title": "***"}]
    engine = Engine.fit(rows, config=SMALL, progress=False)
    for term in ("kettle", "red", "Acme", "books"):
        assert engine.search(term, k=100).ids[-1] == "odd"
        assert "odd" not in engine.matches(term)


def test_judgments_of_unknown_words_are_passed_over():
    judgments = [{"query": "日本", "product_id": "kettle1", "gain": 1}]
    engine = Engine.fit(PRODUCTS, judgments, config=replace(SMALL, steps=2), progress=False)
    assert len(engine.search("kettle")) == 10


def test_a_judged_query_keeps_its_gains():
    judgments = [training.Judgment("kettle", index, 0.5) for index in range(8, len(DOCUMENTS))]
    config = replace(SMALL, typo_share=0.0, batch_size=48, queries_per_product=20)
    rng = np.random.default_rng(0)
    batch = training.Batches(DOCUMENTS, judgments, VOCABULARY, config, rng).draw()
    gains = batch.gains[batch.queries.index(("kettle",))]
    assert set(gains.tolist()) == {0.0, 0.5}


@pytest.mark.parametrize(
    "setting",
    [{"dimension": 4.5}, {"dimension": True}, {"seed": 2**70}, {"radius": 200.0},
     {"evidence_weight": float("inf")}, {"dimension": 0}, {"softness": 0.0}, {"held_out": 0.9},
     {"word_dropout": -0.1}, {"curvature": -1.0}, {"learning_rate": float("nan")},
     {"batch_size": 0}],
)  # fmt: skip
def test_settings_out_of_range_are_named(setting):
    with pytest.raises(ConfigError, match=next(iter(setting))):
        Config(**setting)


def test_unknown_settings_are_named():
    with pytest.raises(ConfigError, match="dimensions"):
        Config.from_dict({"dimensions": 3})


@pytest.mark.parametrize("facets", [{}, {"brand": "Acme"}], ids=["no facets", "facets"])
def test_titles_too_long_to_ask_for_are_still_found(facets):
    products = [{"id": i, "title": letter * 90, **facets} for i, letter in enumerate("ab")]
    engine = Engine.fit(products, config=SMALL, progress=False)
    assert [hit.id for hit in engine.search("aaa", k=1)] == ["0"]
