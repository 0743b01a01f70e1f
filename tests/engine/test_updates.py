"""Products that come, change and go: after each step, as if the engine had been made of them."""

from __future__ import annotations

import asyncio
import gc
import weakref

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import hyperquery
from hyperquery import CatalogError, Engine, QueryError, QuerySyntaxError
from hyperquery.engine.catalog import Catalog
from tests.products import PRODUCTS, SMALL

QUERIES = [
    "kettle", "(tent OR red) AND NOT Acme", "brand:Acme AND price<40", '"folding pan"',
    "NOT (kettle OR Bolt)", "category:Kitchen AND NOT price:10", "*",
]  # fmt: skip
IDS = [f"new{number}" for number in range(6)]
_TRAINED = []


def trained():
    """Return one engine for all runs; the state machine gets no fixtures."""
    if not _TRAINED:
        _TRAINED.append(Engine.fit(PRODUCTS, config=SMALL, progress=False))
    return _TRAINED[0]


def fresh():
    return Engine(Catalog.read(PRODUCTS), trained().model, trained().points)


def seen_of(results):
    return [(hit.id, hit.margin, hit.matches, hit.fields) for hit in results]


def seen(engine, query, **options):
    results = engine.search(query, k=99, **options)
    return seen_of(results), results.matching


def state(engine):
    return engine.collection, len(engine), engine.catalog.records(), engine.points.tobytes()


PRODUCT = st.fixed_dictionaries(
    {
        "title": st.sampled_from(
            ["Acme kettle red", "Bolt folding pan", "lamp", "Acme tent small"]
        ),
        "price": st.sampled_from([3, 12.5, None]),
    },
    optional={
        "brand": st.sampled_from(["Acme", "Östra"]),
        "category": st.sampled_from(["Shop > Kitchen", "Garden"]),
        "stock": st.integers(0, 3),
        "sizes": st.lists(st.sampled_from(["S", "M"]), min_size=1, max_size=2),
    },
)


class Updates(RuleBasedStateMachine):
    """An engine that is changed, beside the records that it should hold."""

    @initialize()
    def start(self):
        self.engine = fresh()
        self.records = {record["id"]: record for record in self.engine.catalog.records()}

    def put(self, ids, data):
        products = [{"id": id_, **data.draw(PRODUCT)} for id_ in ids]
        for product in products:
            self.records.pop(product["id"], None)
            self.records[product["id"]] = Catalog.read([product]).product(0)
        return products

    @precondition(lambda self: not self.records.keys() >= set(IDS))
    @rule(data=st.data())
    def add(self, data):
        unknown = st.sampled_from([id_ for id_ in IDS if id_ not in self.records])
        self.engine.add(self.put(data.draw(st.lists(unknown, min_size=1, unique=True)), data))

    @rule(data=st.data())
    def update(self, data):
        known = st.sampled_from(list(self.records))
        ids = data.draw(st.lists(known, min_size=1, max_size=3, unique=True))
        self.engine.update(self.put(ids, data))

    @rule(data=st.data())
    def remove(self, data):
        known = st.sampled_from(list(self.records))
        ids = data.draw(st.lists(known, max_size=30, unique=True))
        if len(ids) == len(self.records):
            ids.pop()
        self.engine.remove(ids)
        for id_ in ids:
            del self.records[id_]

    @rule()
    def compact(self):
        self.engine.compact()
        assert len(self.engine.collection.segments) == 1

    @invariant()
    def it_holds_the_records(self):
        names = self.engine.catalog.table.schema.names
        expected = [{name: r.get(name) for name in names} for r in self.records.values()]
        assert self.engine.catalog.records() == expected
        assert len(self.engine) == len(expected)
        assert len(self.engine.points) == len(expected)

    @rule(query=st.sampled_from(QUERIES), data=st.data())
    def ask(self, query, data):
        engine = self.engine
        again = Engine(engine.catalog, engine.model, engine.points)
        where = data.draw(st.sampled_from([None, "kettle OR price<30"]))
        assert seen(engine, query, where=where) == seen(again, query, where=where)
        assert engine.matches(query) == again.matches(query)
        margins = engine.region(query).margin(engine.points)
        assert margins.tobytes() == again.region(query).margin(engine.points).tobytes()
        field = data.draw(st.sampled_from(engine.catalog.table.schema.names))
        assert engine.facets(query, field, n=99) == again.facets(query, field, n=99)
        id_ = data.draw(st.sampled_from(list(self.records)))
        assert str(engine.explain(query, id_)) == str(again.explain(query, id_))
        assert seen_of(engine.more_like(id_)) == seen_of(again.more_like(id_))


TestUpdates = Updates.TestCase
TestUpdates.settings = settings(max_examples=20, stateful_step_count=12)


@pytest.fixture
def engine():
    return fresh()


def refused(engine, error, match, change):
    before = state(engine)
    with pytest.raises(error, match=match):
        change()
    assert state(engine) == before
    assert engine.collection is before[0]


def test_what_cannot_be_added_changes_nothing(engine, tmp_path):
    tea = {"id": "tea", "title": "tea"}
    for products, match in [
        ([tea, {**tea, "id": "pan1"}], "a product with the id 'pan1' already"),
        ([tea, tea], "the same id 'tea'"),
        ([], "empty"),
        ([{"id": "tea"}], "'title'"),
        ([{**tea, "price": "cheap"}], "the field 'price' holds .* make them the same"),
        ([{**tea, "brand": True}], "the field 'brand' holds"),
        ([{**tea, "price": 2**60 + 1}], "the field 'price' .* cannot become double"),
        (tmp_path / "missing.csv", "missing.csv"),
        (7, "catalog"),
    ]:
        refused(engine, CatalogError, match, lambda products=products: engine.add(products))


def test_what_cannot_be_updated_changes_nothing(engine):
    pan = {"id": "pan1", "title": "pan"}
    for products, match in [
        ([pan, {**pan, "id": "pan9"}], "has the id 'pan9': nothing was changed"),
        ([{**pan, "price": "cheap"}], "the field 'price' holds"),
        ([], "empty"),
    ]:
        refused(engine, CatalogError, match, lambda products=products: engine.update(products))


def test_what_cannot_be_removed_changes_nothing(engine):
    everything = list(engine.catalog.ids)
    for ids, match in [
        (["pan1", "pan9"], "has the id 'pan9': nothing was changed"),
        ("\ud800", "nothing was changed"),
        (everything, "at least one product"),
    ]:
        refused(engine, CatalogError, match, lambda ids=ids: engine.remove(ids))
    engine.remove(everything[1:])
    refused(engine, CatalogError, "at least one product", lambda: engine.remove(everything[0]))
    refused(engine, CatalogError, "'pan1'", lambda: engine.remove("pan1"))


def test_values_that_do_not_fit_are_found_wherever_they_are(engine):
    engine.add(
        [{"id": "a", "title": "tea", "stock": 1}, {"id": "b", "title": "tea", "stock": 2**60 + 1}]
    )
    half = [{"id": "c", "title": "tea", "stock": 0.5}]
    refused(engine, CatalogError, "'stock' .* cannot become double", lambda: engine.add(half))
    engine.remove("b")
    engine.add(half)
    assert engine.facets("*", "stock") == {0.5: 1, 1.0: 1}


def test_a_new_field_is_known_to_all(engine):
    with pytest.raises(QuerySyntaxError, match="there is no field stock"):
        engine.search("stock:3")
    engine.add([{"id": "tea", "title": "tea", "stock": 3}])
    assert engine.search("stock:3").ids == ["tea"]
    assert len(engine.search("NOT stock:3", k=99)) == len(PRODUCTS)
    assert [hit.fields["stock"] for hit in engine.search("stock<9 OR id:pan1", k=2)] == [None, 3]
    assert engine.explain("tea", "pan1").fields["stock"] is None
    assert list(engine.collection.schema.kinds) == engine.catalog.table.schema.names


def test_a_field_without_values_becomes_what_later_products_have():
    engine = Engine.fit([{"id": 1, "title": "tea", "size": None}], config=SMALL, progress=False)
    engine.add([{"id": 2, "title": "tea", "size": "large"}])
    assert engine.search("size:large").ids == ["2"]
    with pytest.raises(QuerySyntaxError, match="size holds text"):
        engine.search("size<3")


def test_removed_products_are_nowhere(engine):
    engine.remove("pan1")
    with pytest.raises(CatalogError, match=r"has the id 'pan1': ids are .*'kettle1'"):
        engine.explain("pan", "pan1")
    assert "pan1" not in engine.search("pan", k=99).ids + engine.matches("NOT kettle")
    assert engine.search("id:pan1", k=99).ids == []
    engine.add([{"id": "pan1", "title": "another pan"}])
    assert engine.explain("pan", "pan1").fields["title"] == "another pan"


def test_one_id_or_several_may_be_removed(engine):
    engine.remove("pan1")
    engine.remove(iter(["pan2", "pan2"]))
    assert len(engine) == len(PRODUCTS) - 2


def test_products_are_read_and_conditions_answered_once_for_all_removals(engine, monkeypatch):
    engine.search("brand:Acme")
    asked = []
    segment = engine.collection.segments[0]
    monkeypatch.setattr(type(segment._filters), "mask", lambda self, query: asked.append(query))
    engine.remove("pan1")
    engine.remove("pan2")
    engine.search("brand:Acme", k=99)
    assert not asked


def test_searches_from_before_a_change_keep_to_what_they_saw(engine):
    results = engine.search("kettle AND price<15")
    everything = engine.search("*", where=np.ones(len(engine), np.bool_))
    engine.remove("kettle1")
    engine.add([{"id": "tea", "title": "kettle kettle", "price": 1}])
    assert "kettle1" in results.ids
    assert results.matching == 1
    assert everything.matching == len(PRODUCTS)


def test_a_mask_counts_as_it_was(engine):
    mask = np.ones(len(engine), np.bool_)
    results = engine.search("*", where=mask)
    mask[:] = False
    assert results.matching == len(engine)


def test_a_search_that_was_answered_is_answered_anew_after_a_change(engine):
    for change in (
        lambda: engine.add([{"id": "tea", "title": "kettle"}]),
        lambda: engine.update([{"id": "tea", "title": "atlas"}]),
        lambda: engine.remove("tea"),
    ):
        before = seen(engine, "kettle")
        assert seen(engine, "kettle") == before
        change()
        again = Engine(engine.catalog, engine.model, engine.points)
        assert seen(engine, "kettle") == seen(again, "kettle") != before


def test_the_words_of_products_from_before_a_change_are_let_go(engine):
    engine.add([{"id": "gadget", "title": "zzyzx gadget"}])
    engine.search("kettel")
    before = weakref.ref(engine.collection.new_words)
    assert "zzyzx" in before()
    engine.remove("gadget")
    gc.collect()
    assert before() is None


def test_pages_make_one_long_search(engine):
    engine.add([{"id": "tea", "title": "kettle tea"}])
    for query, where in [("kettle OR tent", None), ("*", "brand:Acme"), ("pan", [True] * 49)]:
        whole = seen_of(engine.search(query, k=99, where=where))
        pages = [
            hit
            for offset in range(0, 60, 7)
            for hit in seen_of(engine.search(query, k=7, where=where, offset=offset))
        ]
        assert pages == whole
    assert not len(engine.search("kettle", offset=1000))


@pytest.mark.parametrize("offset", [-1, 1.0, True, "2"])
def test_an_impossible_offset_is_explained(engine, offset):
    with pytest.raises(QueryError, match="offset is how many to leave out, a whole number of at"):
        engine.search("kettle", offset=offset)


def test_what_is_like_a_product_is_near_it(engine):
    engine.add([{**PRODUCTS[0], "id": "twin"}])
    nearest = engine.more_like("kettle1", k=5)
    assert len(nearest) == 5
    assert nearest[0].id == "twin"
    assert "kettle1" not in engine.more_like("kettle1", k=99).ids
    assert len(engine.more_like("kettle1", k=99)) == len(engine) - 1
    assert {h["brand"] for h in engine.more_like("kettle1", k=5, where="brand:Bolt")} == {"Bolt"}
    with pytest.raises(CatalogError, match="'kettle99'"):
        engine.more_like("kettle99")
    with pytest.raises(QueryError, match="k is how many"):
        engine.more_like("kettle1", k=0)


def test_what_nothing_matches_is_relaxed(engine):
    results = engine.search("brand:Acme AND price<0 AND category:Kitchen")
    assert results.matching == 0
    [relaxed] = results.relaxations
    assert str(relaxed.clause) == "price<0"
    assert relaxed.matching == len(engine.matches(relaxed.query)) == 4
    assert "without price<0: 4" in str(results)
    none = engine.search("brand:Acme AND price<0", where="brand:Bolt")
    assert none.relaxations == ()
    some = engine.search("brand:Acme AND price<0", where="category:Kitchen").relaxations
    assert [(str(one.clause), one.matching) for one in some] == [("price<0", 4)]
    assert engine.search("brand:Acme").relaxations == ()
    assert engine.search("brand:Nobody").relaxations == ()


def test_many_searches_are_each_what_one_is(engine):
    engine.add([{"id": "tea", "title": "kettle tea"}])
    for where in (None, "price<30", [True, False] * 24 + [True]):
        many = engine.search_many([*QUERIES, *QUERIES], k=9, where=where)
        assert list(map(seen_of, many)) == [
            seen_of(engine.search(query, k=9, where=where)) for query in [*QUERIES, *QUERIES]
        ]
    assert engine.search_many([]) == []
    with pytest.raises(QueryError, match="no part of the term 'qqqq'"):
        engine.search_many(["kettle", "qqqq"])


def test_searches_run_beside_an_event_loop(engine):
    async def both():
        return await asyncio.gather(
            engine.asearch("kettle", k=3, where="price<50", offset=1), engine.asearch("tent", 2)
        )

    one, other = asyncio.run(both())
    assert seen_of(one) == seen_of(engine.search("kettle", k=3, where="price<50", offset=1))
    assert seen_of(other) == seen_of(engine.search("tent", k=2))


def test_an_engine_in_memory_cannot_be_refreshed(engine):
    with pytest.raises(hyperquery.ModelFileError, match="not loaded from a folder: save it"):
        engine.refresh()


def test_many_products_are_announced_few_are_not(capsys, monkeypatch):
    monkeypatch.setattr("hyperquery.engine.engine._AT_ONCE", 2)
    engine = fresh()
    rows = [{"sku": f"new{n}", "title": "lamp"} for n in range(5)]
    engine.add(rows[:2], columns={"id": "sku"}, progress=True)
    engine.update(rows[:1], columns={"id": "sku"}, progress=True)
    assert capsys.readouterr().err == ""
    engine.add(rows[2:], columns={"id": "sku"}, progress=True)
    assert capsys.readouterr().err.startswith("encoding: 3 products\n")
    assert len(engine) == len(PRODUCTS) + 5
