"""Explanations say what the search says, to the bit, and leave nothing of it out."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperquery import CatalogError, Config, Engine, Explanation, QueryError, QuerySyntaxError
from hyperquery.anthem.text import words
from hyperquery.engine import Catalog
from hyperquery.query import (
    And,
    AtLeast,
    Boost,
    Everything,
    Field,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Term,
    fold,
)
from tests.products import PRODUCTS

IDS = [product["id"] for product in PRODUCTS]
LEAVES = st.sampled_from(
    [
        Term("kettle"),
        Term("folding tent"),
        Term("Acme"),
        Term("ketle"),
        Phrase("kettle folding"),
        FieldEquals("brand", "Acme"),
        FieldRange("price", None, 30.0),
        Everything(),
        Nothing(),
    ]
)


def larger(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda some: And(*some)),
        several.map(lambda some: Or(*some)),
        st.builds(Not, inner),
        st.builds(Boost, inner, st.sampled_from([0.1, 3.0, 7.7])),
        several.map(lambda some: AtLeast(len(some) - 1, *some)),
    )


EXPRESSIONS = st.recursive(LEAVES, larger, max_leaves=8)


def composed(query: Query, leaves: dict[Query, np.float32]) -> np.float32:
    """The margin by the definition, in float32, from those of the leaves."""

    def value(node: Query, parts: list[np.float32]) -> np.float32:
        match node:
            case And():
                return max(parts)
            case Or():
                return min(parts)
            case Not():
                return np.float32(0.0) - parts[0]
            case Boost(_, weight):
                return parts[0] * np.float32(weight)
            case AtLeast(count, _):
                return sorted(parts)[count - 1]
        return leaves[node]

    return fold(query, value)


@settings(max_examples=60)
@given(EXPRESSIONS, st.sampled_from(IDS))
def test_the_margin_is_the_searchs_and_composed_of_its_clauses(
    small_engine: Engine, query: Query, product: str
) -> None:
    explanation = small_engine.explain(query, product)
    row = IDS.index(product)
    margin = small_engine.region(query).margin(small_engine.points)[row]
    assert explanation.margin == float(margin)
    assert explanation.matches == (product in small_engine.matches(query))
    hits = {hit.id: hit.margin for hit in small_engine.search(query, k=len(IDS))}
    if product in hits:
        assert explanation.margin == hits[product]
    leaves = {
        clause.query: np.float32(clause.margin)
        for clause in explanation.clauses
        if not clause.operands
    }
    for clause in explanation.clauses:
        assert clause.margin == float(composed(clause.query, leaves))
    for reason in explanation.terms:
        if Term(reason.text) in leaves:
            assert reason.margin == leaves[Term(reason.text)]
    assert not explanation.decisive.operands
    json.dumps(explanation.to_dict(), allow_nan=False)
    side = "inside" if explanation.matches else "outside"
    assert f": {side}, margin " in str(explanation).splitlines()[0]


@pytest.mark.parametrize("product", IDS[::5])
@pytest.mark.parametrize("term", ["kettle", "folding tent by Acme", "ketl", "shop", "5 light"])
def test_a_terms_margin_is_its_faces_and_evidence_less_its_edge(
    small_engine: Engine, term: str, product: str
) -> None:
    (reason,) = small_engine.explain(Term(term), product).terms
    row = IDS.index(product)
    box = small_engine.hyperboloid(term)
    faces = reason.faces
    assert faces.energy == float(box.energy(small_engine.points)[row])
    assert faces.energy == float((faces.upper + faces.lower).sum())
    assert faces.lower.shape == faces.upper.shape == (box.dimension,)
    energy = np.float32(faces.energy) + np.float32(reason.evidence.energy)
    assert reason.energy == float(energy)
    assert reason.margin == float(energy - np.float32(reason.edge))
    assert reason.margin == float(small_engine.region(term).margin(small_engine.points)[row])
    outside = faces.upper_distances > 0
    assert (faces.upper[outside] > faces.lower[outside]).all()


def test_the_farthest_faces_come_first(small_engine: Engine) -> None:
    faces = small_engine.explain("kettle", "tent3").terms[0].faces
    found = faces.farthest(3)
    assert [energy for *_, energy in found] == sorted(faces.axes.tolist(), reverse=True)[:3]
    for axis, upper, distance, _ in found:
        assert faces.upper[axis] > faces.lower[axis] if upper else True
        assert distance == (faces.upper_distances if upper else faces.lower_distances)[axis]


def test_evidence_lists_what_the_product_lacks(small_engine: Engine) -> None:
    evidence = small_engine.explain("kettle bolt", "kettle1").terms[0].evidence
    assert {trigram.word for trigram in evidence.lacked} == {"bolt"}
    assert [trigram.trigram for trigram in evidence.lacked] == ["#bo", "bol", "olt", "lt#"]
    assert evidence.naming is not None
    added = sum(part.added for part in evidence.parts)
    assert added == pytest.approx(evidence.energy, rel=1e-5)
    everything = sum(t.energy for t in evidence.trigrams)
    assert everything == pytest.approx(small_engine.model.config.evidence_weight, rel=1e-5)
    held = small_engine.explain("kettle kettle", "kettle1").terms[0].evidence
    assert held.lacked == ()
    added = sum(part.added for part in held.parts)
    assert held.energy == pytest.approx(added, abs=1e-6)


def test_where_a_title_names_a_term_is_part_of_the_evidence(small_engine: Engine) -> None:
    for product in ("kettle1", "tent3"):
        found = small_engine.explain("steel kettle 1 OR kettles", product)
        evidence = found.term("steel kettle 1").evidence
        assert evidence.naming is not None
        assert evidence.naming.energy == small_engine.model.config.lateness_weight
        title = words(found.fields["title"])
        for word in evidence.naming.words:
            assert word.place == (title.index(word.word) if word.word in title else None)
        named = any(word.place is not None for word in evidence.naming.words)
        assert ("not at the beginning of the title" in str(found)) == (not named)
        assert found.to_dict()["terms"][0]["evidence"]["naming"]["words"]
        assert found.term("kettles").evidence.naming is None


def test_leanings_are_part_of_the_evidence(believing_engine: Engine) -> None:
    config = believing_engine.model.config
    farther = believing_engine.model.farther
    whole = config.leaning_weight + farther
    reached = {}
    for query, facets, weight in (
        ("kettles", ["kettles"], whole),
        ("acme kettle folding", ["acme", "kettles"], config.naming_share * whole),
    ):
        for product in ("kettle1", "pan1"):
            (reason,) = believing_engine.explain(query, product).terms
            evidence = reason.evidence
            assert sorted(leaning.facet for leaning in evidence.leanings) == facets
            assert {leaning.energy for leaning in evidence.leanings} == {weight}
            added = sum(part.added for part in evidence.parts)
            assert added == pytest.approx(evidence.energy, rel=1e-5)
            found = {leaning.facet: leaning for leaning in evidence.leanings}
            kettles = reached[product] = found["kettles"].reached
            text = str(believing_engine.explain(query, product))
            assert (
                f"kettles {found['kettles'].added:.2f} (the product reaches {kettles:.0%})" in text
            )
            field = {"name": "category", "added": farther, "has": product == "kettle1"}
            field = field if query == "kettles" else None
            assert reason.to_dict()["evidence"]["field"] == field
            known = "this one" if product == "kettle1" else "another one"
            known = f"field     {farther:.2f}, as its category is known to be {known}"
            assert (known in text) == bool(field)
            assert len(reason.to_dict()["evidence"]["leanings"]) == len(facets)
    assert reached["kettle1"] == 1
    assert reached["pan1"] < 0.5
    other = believing_engine.explain("folding", "kettle1")
    assert other.terms[0].evidence.leanings == ()
    assert "leanings" not in str(other)


def test_a_words_effect_is_the_margin_of_the_product_without_it(small_engine: Engine) -> None:
    product = next(p for p in PRODUCTS if p["id"] == "kettle3")
    reason = small_engine.explain("kettle folding", "kettle3").terms[0]
    effects = {effect.word: effect for effect in reason.words}
    assert list(effects) == ["acme", "kettle", "folding", "shop", "kitchen", "kettles"]
    assert effects["acme"].fields == ("title", "brand")
    assert effects["kettles"].fields == ("category",)
    for word in ("kettle", "folding"):
        title = " ".join(w for w in product["title"].split() if w != word)
        without = Engine(Catalog.read([{**product, "title": title}]), small_engine.model)
        margin = without.search(Term("kettle folding"))[0].margin
        assert effects[word].without == pytest.approx(margin, abs=1e-5)
        assert effects[word].change == effects[word].without - reason.margin
        assert effects[word].change > 0
    assert sum(effect.attention for effect in reason.words) == pytest.approx(1)


def test_a_word_of_a_longer_field_takes_only_itself_away(small_engine: Engine) -> None:
    product = {"id": "x", "title": "steel thing", "brand": "Acme kettles"}
    engine = Engine(Catalog.read([product]), small_engine.model)
    (reason,) = engine.explain("kettles", "x").terms
    effects = {effect.word: effect for effect in reason.words}
    for word, rest in (("acme", "kettles"), ("kettles", "acme")):
        without = Engine(Catalog.read([{**product, "brand": rest}]), small_engine.model)
        assert effects[word].without == pytest.approx(without.search("kettles")[0].margin, abs=1e-5)


def test_a_product_known_by_its_title_alone_has_no_known_fields(small_engine: Engine) -> None:
    engine = Engine(Catalog.read([{"id": "x", "title": "steel thing"}]), small_engine.model)
    evidence = engine.explain("kettles", "x").terms[0].evidence
    assert evidence.field is None
    assert sum(part.added for part in evidence.parts) == pytest.approx(evidence.energy, rel=1e-5)


def test_a_term_words_effect_is_the_margin_to_the_term_without_it(small_engine: Engine) -> None:
    reason = small_engine.explain("Kettle folding zzqq", "kettle3").terms[0]
    assert [effect.word for effect in reason.term_words] == ["kettle", "folding"]
    margins = {hit.id: hit.margin for hit in small_engine.search("folding", k=len(IDS))}
    assert reason.term_words[0].without == margins["kettle3"]
    assert reason.term_words[0].fields == ()
    assert sum(effect.attention for effect in reason.term_words) == pytest.approx(1)
    alone = small_engine.explain("kettle", "kettle3").terms[0]
    assert alone.term_words == ()


def test_terms_come_once_each_phrases_among_them(small_engine: Engine) -> None:
    explanation = small_engine.explain('tent OR "kettle" OR kettle AND NOT tent', "kettle1")
    assert [(reason.text, reason.read_as) for reason in explanation.terms] == [
        ("tent", "tents"),
        ("kettle", "kettle"),  # the phrase, as it was typed
        ("kettle", "kettles"),
    ]
    assert explanation.term("kettle") is explanation.terms[1]
    with pytest.raises(QueryError, match="no term 'pan', only 'tent', 'kettle', 'kettle'"):
        explanation.term("pan")


def test_conditions_hold_or_do_not(small_engine: Engine) -> None:
    explanation = small_engine.explain(
        '"acme kettle" OR "bolt" OR brand:Acme OR price<5', "kettle1"
    )
    text = str(explanation)
    assert '"acme kettle": holds' in text
    assert "bolt: does not hold" in text.replace('"', "")
    assert "brand:Acme: holds" in text
    assert "price<5: does not hold" in text
    by_query = {str(clause.query): clause.margin for clause in explanation.clauses}
    assert by_query["brand:Acme"] == -np.inf
    assert by_query["price<5"] == by_query['"bolt"'] == np.inf
    assert by_query['"acme kettle"'] == explanation.term("acme kettle").margin
    assert str(explanation.decisive.query) == "brand:Acme"
    assert explanation.without == by_query['"acme kettle"']
    assert explanation.to_dict()["margin"] == "-inf"


def test_the_text_names_what_decided(small_engine: Engine) -> None:
    explanation = small_engine.explain("kettle AND NOT brand:Acme", "kettle1")
    text, rest = str(explanation), explanation.term("kettle").margin
    lines = text.splitlines()
    assert lines[0].startswith("kettle AND NOT brand:Acme: outside, margin +∞")
    assert lines[1] == "kettle1  Acme kettle small"
    assert [line[11:] for line in lines[3:7]] == [
        "▸ AND",
        "  ├── kettle",
        "▸ └── NOT",
        "▸     └── brand:Acme: holds",
    ]
    assert (
        f"▸ brand:Acme keeps the product out; without it the margin would be {rest:+.3f}." in text
    )
    assert "  AND takes NOT brand:Acme over kettle, by ∞" in text
    names = str(small_engine.explain("infold OR brand:Acme", "kettle1"))
    assert "  OR takes brand:Acme over infold, by ∞" in names
    alone = str(small_engine.explain("NOT brand:Bolt", "kettle1"))
    assert "▸ brand:Bolt keeps the product in: there is nothing else in the query." in alone


def test_deep_and_wide_expressions_are_explained(small_engine: Engine) -> None:
    deep: Query = Term("kettle")
    for level in range(1500):
        deep = Not(deep) if level % 2 else And(deep, Everything())
    wide = Or(*(Term(f"kettle{number}") for number in range(150)), *[Field("brand") == "x"] * 150)
    for query in (deep, wide):
        explanation = small_engine.explain(query, "kettle1")
        margin = small_engine.region(query).margin(small_engine.points)[IDS.index("kettle1")]
        assert explanation.margin == float(margin)
        text = str(explanation)
        assert len(text.splitlines()) < 300
        assert all(len(line) <= 110 for line in text.splitlines())
        json.dumps(explanation.to_dict(), allow_nan=False)
    assert "of deeper clauses, in .clauses" in str(small_engine.explain(deep, "kettle1"))
    assert "more choices below, in .path" in str(small_engine.explain(deep, "kettle1"))
    assert "more clauses, in .clauses" in text
    assert "… and 144 more terms, in .terms" in text


def test_a_part_that_occurs_again_is_not_written_again(small_engine: Engine) -> None:
    query: Query = Term("kettle") | Term("tent")
    for _ in range(8):
        query = query & query
    text = str(small_engine.explain(query, "kettle1"))
    assert text.count("as above") == 8
    assert text.count("kettle\n") == 1


def test_a_product_without_a_word_is_explained(small_engine: Engine) -> None:
    catalog = Catalog.read([{"id": "1", "title": "!!!"}, {"id": "2", "title": "kettle"}])
    engine = Engine(catalog, small_engine.model)
    (reason,) = (explanation := engine.explain("kettle", "1")).terms
    assert explanation.margin == float(engine.region("kettle").margin(engine.points)[0])
    assert reason.words == ()
    assert reason.read_as == "kettles"
    assert reason.attention.values.shape == (7, 0)
    assert "evidence  holds none of the trigrams" in str(explanation)
    single = engine.explain("kettle", "2").terms[0].words
    assert [effect.word for effect in single] == ["kettle"]
    assert single[0].change > 1e4  # nothing would be left to read


def test_a_very_long_text_is_explained_in_a_moment() -> None:
    title = " ".join(f"tea{number}" for number in range(3000))
    engine = Engine.fit(
        [{"id": "1", "title": title}, {"id": "2", "title": "black tea"}],
        config=Config(steps=2, dimension=4), progress=False,
    )  # fmt: skip
    explanation = engine.explain("tea", "1")
    assert len(explanation.terms[0].words) == 200
    assert "more words" in str(explanation)
    assert len(str(explanation).splitlines()) < 60


@pytest.mark.parametrize("product", ["kettle99", "", "P 1", 7])
def test_an_unknown_product_is_named(small_engine: Engine, product: str) -> None:
    with pytest.raises(CatalogError, match=rf"has the id {product!r}: ids are .*'kettle1'"):
        small_engine.explain("kettle", product)


def test_queries_that_a_search_refuses_are_refused(small_engine: Engine) -> None:
    with pytest.raises(QueryError, match="no part of the term 'qqqq' is known"):
        small_engine.explain("kettle AND qqqq", "kettle1")
    with pytest.raises(QueryError, match="no part of the term 'qqqq' is known"):
        small_engine.explain('kettle AND "qqqq"', "kettle1")
    with pytest.raises(QueryError, match="did you mean brand"):
        small_engine.explain(Field("brnd") == "Acme", "kettle1")
    with pytest.raises(QuerySyntaxError, match="expected a term"):
        small_engine.explain("kettle AND", "kettle1")


def test_ids_are_text_whatever_they_were_in_the_catalog(small_engine: Engine) -> None:
    engine = Engine(Catalog.read([{"id": 7, "title": "kettle"}]), small_engine.model)
    explanation = engine.explain("kettle", "7")
    assert isinstance(explanation, Explanation)
    assert explanation.product_id == "7"
    assert repr(explanation).startswith("Explanation('7', margin=")
