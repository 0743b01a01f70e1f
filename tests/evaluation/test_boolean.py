import numpy as np
import pytest

from hyperquery import query as q
from hyperquery.anthem.text import words
from hyperquery.demo import CATALOG
from hyperquery.engine.catalog import Catalog
from hyperquery.errors import CatalogError
from hyperquery.evaluation.boolean import STRUCTURES, VARIANTS, make_benchmark, terms_of
from hyperquery.evaluation.boolean_figures import f1, figures
from hyperquery.evaluation.boolean_queries import terms_in
from hyperquery.evaluation.boolean_systems import tuned
from hyperquery.evaluation.operators import evaluate
from hyperquery.evaluation.score_fusion import FUSIONS, best_threshold


@pytest.fixture(scope="module")
def catalog():
    return Catalog.read(CATALOG)


@pytest.fixture(scope="module")
def benchmark(catalog):
    return make_benchmark(catalog, seed=3, per_structure=20, dev_per_structure=10)


def test_every_structure_and_variant_has_queries(benchmark):
    for part in (benchmark.dev, benchmark.test):
        assert list(part.queries) == [*STRUCTURES, *VARIANTS]
        assert all(part.queries.values())


def test_shapes(benchmark):
    shapes = {
        "1": "t",
        "2i": "(t AND t)",
        "3i": "(t AND t AND t)",
        "2u": "(t OR t)",
        "ui": "((t OR t) AND t)",
        "2in": "(t AND NOT t)",
        "uin": "((t OR t) AND NOT t)",
    }

    def shape(node, operands):
        match node:
            case q.Term():
                return "t"
            case q.Not():
                return f"NOT {operands[0]}"
        return f"({f' {type(node).__name__.upper()} '.join(operands)})"

    for structure, expected in shapes.items():
        for _, meant in benchmark.test.queries[structure]:
            assert q.fold(meant, shape) == expected
    assert max(len(terms_in(meant)) for _, meant in benchmark.test.queries["deep"]) >= 4


def test_answers_are_set_algebra_on_the_fields(catalog, benchmark):
    part = benchmark.test
    rows = [catalog.positions[id_] for id_ in part.catalog.ids]
    for pairs in part.queries.values():
        for _, meant in pairs:
            expected = []
            for row in rows:
                held = set(terms_of(catalog, row))

                def holds(node, operands, held=held):
                    match node:
                        case q.Term():
                            return node.text in held
                        case q.And():
                            return all(operands)
                        case q.Or():
                            return any(operands)
                    return not operands[0]

                expected.append(q.fold(meant, holds))
            assert part.answer(meant).tolist() == expected
            assert 0 < sum(expected) <= len(rows) / 2


def test_parts_share_no_product_and_hide_the_fields(catalog, benchmark):
    ids = [*benchmark.train.ids, *benchmark.dev.catalog.ids, *benchmark.test.catalog.ids]
    assert sorted(ids) == sorted(catalog.ids)
    assert not benchmark.dev.catalog.fields
    assert not benchmark.test.catalog.fields


def test_unseen_terms_are_in_no_training_field(benchmark):
    assert benchmark.unseen
    taught = {t for row in range(len(benchmark.train)) for t in terms_of(benchmark.train, row)}
    assert not taught & set(benchmark.unseen)
    for asked, _ in benchmark.test.queries["unseen terms"]:
        assert set(terms_in(asked)) & set(benchmark.unseen)
    for structure in STRUCTURES:
        for asked, _ in benchmark.test.queries[structure]:
            assert not set(terms_in(asked)) & set(benchmark.unseen)


def test_variants_write_the_terms_differently(benchmark):
    seen = {word for document in benchmark.train.documents() for word in words(document.text)}
    for variant in ("typos", "word forms"):
        for asked, meant in benchmark.test.queries[variant]:
            assert asked != meant
            assert type(asked) is type(meant)
    for asked, meant in benchmark.test.queries["word forms"]:
        written = {w for term in set(terms_in(asked)) - set(terms_in(meant)) for w in term.split()}
        assert written - seen


def test_a_seed_gives_the_same_benchmark(catalog, benchmark):
    again = make_benchmark(catalog, seed=3, per_structure=20, dev_per_structure=10)
    assert again.test.queries == benchmark.test.queries
    assert again.train.ids == benchmark.train.ids
    other = make_benchmark(catalog, seed=4, per_structure=20, dev_per_structure=10)
    assert other.test.queries != benchmark.test.queries


def test_a_system_that_knows_the_answers_is_perfect_and_one_that_does_not_is_not(benchmark):
    def leaf(part, wrong=0.0):
        rng = np.random.default_rng(0)
        return {
            term: members + wrong * rng.random(len(members))
            for term, members in part.members.items()
        }

    plain = ("1", "2i", "3i", "2u", "ui", "2in", "uin", "deep")
    oracle = tuned(benchmark.dev, leaf(benchmark.dev), leaf(benchmark.test))
    asked = type(benchmark.test)(
        benchmark.test.catalog,
        benchmark.test.members,
        {name: benchmark.test.queries[name] for name in plain},
    )
    for values in figures(oracle, asked).values():
        assert values == pytest.approx([1.0] * len(values))
    guess = tuned(benchmark.dev, leaf(benchmark.dev, 9.0), leaf(benchmark.test, 9.0))
    for name, values in figures(guess, asked).items():
        assert np.mean(values) < 0.9, name


def test_too_few_terms_is_an_error():
    with pytest.raises(CatalogError, match="lower least_products"):
        make_benchmark(Catalog.read([{"id": 1, "title": "Fire TV"}]))


def test_fusions_stay_between_0_and_1_and_know_constant_scores():
    leaf = {"a": np.array([0.0, 5.0, -3.0]), "b": np.ones(3)}
    for fusion in FUSIONS:
        values = fusion.scores(q.parse("(a OR b) AND NOT b"), leaf.__getitem__)
        assert ((values >= 0) & (values <= 1)).all()


def test_other_nodes_are_refused():
    with pytest.raises(q.QueryError, match="Boost"):
        evaluate(q.parse("a^2"), lambda term: np.ones(1), np.multiply, np.add, np.negative)


def test_best_threshold_separates():
    scores = [np.array([0.1, 0.2, 0.8]), np.array([0.3, 0.9, 0.7])]
    answers = [np.array([False, False, True]), np.array([False, True, True])]
    assert 0.3 < best_threshold(scores, answers) < 0.7


def test_best_threshold_is_the_best_where_answers_are_rare():
    rng = np.random.default_rng(0)
    answers = [rng.random(1000) < 0.005 for _ in range(30)]
    scores = [rng.normal(size=1000) + 4 * answer for answer in answers]

    def mean_f1(threshold):
        return np.mean([f1(s > threshold, a) for s, a in zip(scores, answers, strict=True)])

    best = max(mean_f1(threshold) for threshold in np.linspace(0, 6, 300))
    assert mean_f1(best_threshold(scores, answers)) >= best - 0.005
