from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hyperquery
from hyperquery import Engine, Field, HyperqueryError, QueryError, QuerySyntaxError, Term, parse
from hyperquery.anthem.text import words
from hyperquery.query import And, Not, Or
from tests.products import PRODUCTS

IDS = [product["id"] for product in PRODUCTS]


def test_results_come_best_first_with_their_fields(small_engine):
    results = small_engine.search("kettle", k=8)
    margins = [hit.margin for hit in results]
    assert margins == sorted(margins)
    assert len(results) == 8
    assert all(hit.matches == (hit.margin < 0) for hit in results)
    assert all("kettle" in hit.title for hit in results[:6])
    assert results[0].fields["brand"] == results[0]["brand"]


def test_the_region_answers_like_the_engine(small_engine):
    query = "(kettle OR tent) AND NOT Acme"
    margins = small_engine.region(query).margin(small_engine.points)
    order = np.argsort(margins, kind="stable")
    assert small_engine.search(query, k=5).ids == [IDS[row] for row in order[:5]]
    assert small_engine.matches(query) == [IDS[row] for row in np.flatnonzero(margins < 0)]


TERMS = st.sampled_from([Term(t) for t in ("kettle", "Acme", "folding tent", "red", "books")])
EXPRESSIONS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds(And, inner, inner), st.builds(Or, inner, inner), st.builds(Not, inner)
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_matching_sets_follow_set_algebra(small_engine, query):
    def expected(node):
        match node:
            case And():
                return set.intersection(*map(expected, node.operands))
            case Or():
                return set.union(*map(expected, node.operands))
            case Not():
                return set(IDS) - expected(node.operand)
        return set(small_engine.matches(node))

    assert set(small_engine.matches(query)) == expected(query)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kettle AND (Acme OR Bolt)", "(kettle AND Acme) OR (kettle AND Bolt)"),
        ("NOT (kettle OR Acme)", "NOT kettle AND NOT Acme"),
        ("kettle AND (kettle OR Acme)", "kettle"),
        ("2 of (kettle, Acme, red)",
         "(kettle AND Acme) OR (kettle AND red) OR (Acme AND red)"),
    ],
)  # fmt: skip
def test_equal_queries_have_equal_margins(small_engine, one, other):
    first = small_engine.region(one).margin(small_engine.points)
    second = small_engine.region(other).margin(small_engine.points)
    assert (first == second).all()


def test_a_quoted_phrase_is_a_hard_condition(small_engine):
    exact = [p["id"] for p in PRODUCTS if "kettle folding" in p["title"]]
    assert exact
    assert set(small_engine.search('"KETTLE folding"', k=50).ids) == set(exact)


def test_field_conditions_hold_or_not(small_engine):
    ids = small_engine.search("brand:acme AND price<=10", k=50).ids
    assert set(ids) == {p["id"] for p in PRODUCTS if p["brand"] == "Acme" and p["price"] <= 10}
    ids = small_engine.search('category:Kitchen AND NOT category:"pans"', k=50).ids
    assert set(ids) == {p["id"] for p in PRODUCTS if p["category"] == "Shop > Kitchen > kettles"}
    ids = small_engine.search("price:[20 TO 30}", k=50).ids
    assert set(ids) == {p["id"] for p in PRODUCTS if p["price"] == 20}


def test_where_filters_before_ranking(small_engine):
    results = small_engine.search("kettle", k=50, where="brand:Bolt")
    assert {hit["brand"] for hit in results} == {"Bolt"}
    assert results.matching <= len(results)


def test_ties_are_in_catalog_order(small_engine):
    assert small_engine.search("*", k=5).ids == IDS[:5]


def test_a_boost_changes_no_membership(small_engine):
    assert small_engine.matches("kettle^3 OR tent") == small_engine.matches("kettle OR tent")


def test_k_may_exceed_the_catalog(small_engine):
    assert len(small_engine.search("kettle", k=10_000)) == len(PRODUCTS)


def test_search_many_is_search_of_each(small_engine):
    queries = ["kettle", Term("tent") & ~Term("Acme")]
    for results, query in zip(small_engine.search_many(queries, k=3), queries, strict=True):
        assert results.ids == small_engine.search(query, k=3).ids


@pytest.mark.parametrize("k", [0, -1, 2.5, True, "3"])
def test_k_must_be_a_positive_number(small_engine, k):
    with pytest.raises(QueryError, match="k is how many"):
        small_engine.search("kettle", k=k)


@pytest.mark.parametrize(
    "query", ["", " \t\n", "AND", "OR", "NOT", "kettle AND", "(kettle", "kettle)", '"kettle']
)
def test_a_malformed_query_says_where(small_engine, query):
    with pytest.raises(QuerySyntaxError) as caught:
        small_engine.search(query)
    assert caught.value.line >= 1
    assert caught.value.column >= 1
    assert "^" in caught.value.picture


@pytest.mark.parametrize("query", ["\u0416\u0416\u0416", "kettle AND qqqq", "!!! ###"])
def test_a_term_of_which_nothing_is_known_is_named(small_engine, query):
    with pytest.raises(HyperqueryError, match=r"no part of the term|expected a term"):
        small_engine.search(query)


def test_a_100_000_character_query_is_answered_or_refused_clearly(small_engine):
    many = " OR ".join(["kettle"] * (100_000 // 10))
    assert small_engine.search(many, k=3).ids == small_engine.search("kettle", k=3).ids
    with pytest.raises(HyperqueryError, match="too long"):
        small_engine.search("kettle " * 14_000)
    with pytest.raises(HyperqueryError, match="100,000"):
        small_engine.search("kettle " * 100_000)


def test_unknown_fields_are_named_with_the_known_ones(small_engine):
    with pytest.raises(QuerySyntaxError, match=r"did you mean brand.*Known fields: .*price"):
        small_engine.search("kettle AND brnd:Acme")
    with pytest.raises(QuerySyntaxError, match="brand holds text"):
        small_engine.search("brand<3")
    with pytest.raises(QueryError, match="did you mean brand"):
        small_engine.search(Field("brnd") == "Acme")


def test_other_things_than_queries_are_refused(small_engine):
    with pytest.raises(TypeError, match="a query is text or an expression, not int"):
        small_engine.search(3)


def test_an_expression_and_its_text_give_the_same(small_engine):
    text = "(kettle OR tent) AND NOT Acme"
    assert small_engine.search(parse(text)).ids == small_engine.search(text).ids


def test_results_convert(small_engine):
    results = small_engine.search("kettle", k=3)
    assert results.to_pandas()["id"].tolist() == results.ids
    assert results.to_dicts()[0]["margin"] == results[0].margin
    assert [hit.id for hit in results[1:]] == results.ids[1:]


def test_results_print_as_an_aligned_table(small_engine):
    lines = str(small_engine.search("kettles", k=3)).splitlines()
    assert lines[0].startswith("kettles: ")
    assert lines[1].split() == ["margin", "id", "title", "brand", "price"]
    column = lines[1].index("brand")
    assert all(line[column - 1] == " " != line[column] for line in lines[3:])
    assert len(lines) == 6
    nothing = str(small_engine.search("brand:Acme AND brand:Bolt"))
    assert "no product to show" in nothing


def test_a_form_of_a_facet_finds_what_the_facet_finds_and_says_so(small_engine):
    form, facet = small_engine.search("kettle AND NOT bolt"), small_engine.search("kettles - bolt")
    assert form.ids == facet.ids
    assert form.readings == {"kettle": "kettles"}
    assert facet.readings == {}
    assert str(form).splitlines()[1] == "  kettle is read as kettles"
    assert "is read as" not in str(facet)
    assert small_engine.matches("kettle") == small_engine.matches("kettles")
    region = small_engine.region("kettle")
    assert (
        region.margin(small_engine.points)
        == small_engine.region("kettles").margin(small_engine.points)
    ).all()
    assert small_engine.hyperboloid("kettle") == small_engine.hyperboloid("kettles")


def _verbatim(text, code, segment):
    return segment.term(text, code)


def test_a_phrase_is_meant_as_it_was_typed(small_engine):
    assert small_engine.search('"kettle"').readings == {}
    title = small_engine.search("kettle", k=1)[0].title
    word = title.split()[0]
    for text in ("kettle", word):
        holds = np.array([text.lower() in words(t) for t in small_engine.catalog.titles])
        verbatim = partial(_verbatim, text, small_engine.model.encode_term(text))
        margins = small_engine.collection.margins(verbatim)
        found = small_engine.region(f'"{text}"').margin(small_engine.points)
        assert holds.any()
        assert np.array_equal(found[holds], margins[holds])
    both = small_engine.explain('kettle OR "kettle"', small_engine.catalog.ids[0])
    assert [(reason.text, reason.read_as) for reason in both.terms] == [
        ("kettle", "kettles"), ("kettle", "kettle"),
    ]  # fmt: skip


def test_a_word_of_a_product_that_was_added_is_no_slip(small_engine, tmp_path):
    engine = Engine.of(small_engine.collection, small_engine.model)
    assert engine.search("ketltes").readings == {"ketltes": "kettles"}
    engine.add([{"id": "new", "title": "Ketltes for tea"}])
    assert engine.search("ketltes").readings == {}
    engine.save(tmp_path / "engine")
    assert hyperquery.load(tmp_path / "engine").search("ketltes").readings == {}
    engine.compact()
    assert engine.search("ketltes").readings == {}


def test_long_and_odd_titles_print_in_a_moment():
    engine = Engine.fit(
        [{"id": "a\nb", "title": "tea " * 5_000}, {"id": "2", "title": "black\x1b[31m\n tea"}],
        config=hyperquery.Config(steps=2, dimension=4), progress=False,
    )  # fmt: skip
    text = str(engine.search("tea"))
    assert len(text.splitlines()) == 5
    assert "\x1b" not in text


def test_wide_characters_keep_the_table_aligned():
    engine = Engine.fit(
        [{"id": "1", "title": "日本茶 green tea", "brand": "茶"},
         {"id": "2", "title": "black tea", "brand": "Tee"}],
        config=hyperquery.Config(steps=2, dimension=4), progress=False,
    )  # fmt: skip
    lines = str(engine.search("tea")).splitlines()
    rows = {line.split("  ")[2]: line for line in lines[3:]}
    assert rows["1"].index("茶", 20) == rows["2"].index("Tee") - 3  # three wide characters before
