"""check_lattice: our operators obey every law, classic learned ones break the ones they must."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery.geometry import Hyperboloid
from hyperquery.geometry.lorentz import exp_origin
from hyperquery.testing import (
    LAWS,
    Law,
    Operators,
    Report,
    Scene,
    check_lattice,
    hyperboloids,
    markdown_table,
    meet_operators,
    region_operators,
    regions,
    scenes,
)
from hyperquery.testing.laws import by_name
from hyperquery.testing.learned import (
    Box,
    balls,
    boxes,
    goedel_norm,
    lukasiewicz_norm,
    moebius_boxes,
    product_norm,
    query2box,
    scores,
)

AT = exp_origin(np.random.default_rng(0).normal(size=(5, 3)))
TREES = st.lists(hyperboloids(3), min_size=1, max_size=3).flatmap(regions)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_regions_obey_every_law(law: Law) -> None:
    report = check_lattice(region_operators(AT), TREES, laws=[law], examples=20)
    report.assert_holds()
    assert report.findings[0].outcome == "holds"
    assert report.findings[0].examples == 20


@given(scenes(3, max_nodes=10))
def test_regions_obey_every_law_in_degenerate_scenes(scene: Scene) -> None:
    operators = region_operators(scene.points)
    for law in LAWS:
        assert law.deviation(operators, *scene.regions[: law.arity]) == 0.0, law.statement


def test_meets_face_by_face_obey_the_laws_of_intersection() -> None:
    report = check_lattice(meet_operators(3), hyperboloids(3), examples=50)
    report.assert_holds()
    outcomes = {finding.law.name: finding.outcome for finding in report.findings}
    assert outcomes["associativity of &"] == "holds"
    assert outcomes["& never enlarges"] == "holds"
    assert outcomes["associativity of |"] == "not defined"
    assert sum(outcome == "holds" for outcome in outcomes.values()) == 5


BROKEN = [
    (product_norm(5), scores(5), "idempotence of &", 0.2),
    (product_norm(5), scores(5), "absorption by |", 0.2),
    (product_norm(5), scores(5), "& is set intersection", 0.2),
    (lukasiewicz_norm(5), scores(5), "idempotence of |", 0.4),
    (lukasiewicz_norm(5), scores(5), "& distributes over |", 0.4),
    (goedel_norm(5), scores(5), "~ is set complement", 0.2),
    (query2box(4), boxes(4), "idempotence of &", 0.4),
    (query2box(4), boxes(4), "associativity of &", 0.4),
    (query2box(4, shrink=False), boxes(4), "associativity of &", 0.4),
    (query2box(4, shrink=False), boxes(4), "& never enlarges", 0.4),
    (moebius_boxes(4), balls(4), "commutativity of &", 0.05),
    (moebius_boxes(4), balls(4), "associativity of |", 0.1),
]


@pytest.mark.parametrize(
    ("operators", "elements", "law", "least"),
    BROKEN,
    ids=[f"{operators.name}: {law}" for operators, _, law, _ in BROKEN],
)
def test_learned_operators_break_laws(
    operators: Operators, elements: st.SearchStrategy, law: str, least: float
) -> None:
    report = check_lattice(operators, elements, laws=[by_name(law)], examples=150)
    finding = report[law]
    assert finding.outcome == "fails"
    assert finding.worst > least
    assert finding.counterexample is not None
    again = finding.law.deviation(operators, *finding.counterexample)
    assert again == finding.worst
    with pytest.raises(AssertionError, match=re.escape(finding.law.statement)):
        report.assert_holds()


KEPT = [
    (product_norm(5), scores(5), "commutativity of &"),
    (product_norm(5), scores(5), "identity of &"),
    (lukasiewicz_norm(5), scores(5), "excluded middle"),
    (goedel_norm(5), scores(5), "& distributes over |"),
    (query2box(4), boxes(4), "commutativity of &"),
]


@pytest.mark.parametrize(
    ("operators", "elements", "law"),
    KEPT,
    ids=[f"{operators.name}: {law}" for operators, _, law in KEPT],
)
def test_learned_operators_keep_laws(
    operators: Operators, elements: st.SearchStrategy, law: str
) -> None:
    assert check_lattice(operators, elements, laws=[by_name(law)], examples=150).holds


def test_goedel_breaks_double_negation_by_rounding_alone() -> None:
    law = by_name("double negation")
    finding = check_lattice(goedel_norm(5), scores(5), laws=[law], examples=300)[law.name]
    assert 0 < finding.worst < 1e-15


def test_learned_operators_follow_their_formulas() -> None:
    a, b = np.array([0.5, 1.0]), np.array([0.4, 0.0])
    product, lukasiewicz = product_norm(2), lukasiewicz_norm(2)
    assert product.intersection(a, b).tolist() == [0.2, 0.0]
    assert product.union(a, b).tolist() == [0.7, 1.0]
    np.testing.assert_allclose(lukasiewicz.intersection(a, b), [0.0, 0.0])
    np.testing.assert_allclose(lukasiewicz.union(a, b), [0.9, 1.0])
    # a Moebius mean lies on the geodesic between centres on one line through the origin
    x, y = (Box(np.array([np.tanh(t / 2), 0.0]), np.array([t, 1.0])) for t in (1.0, 0.4))
    mean = moebius_boxes(2).intersection(x, y)
    np.testing.assert_allclose(mean.centre, [np.tanh(0.7 / 2), 0.0])
    assert mean.offset.tolist() == [0.4, 1.0]


def test_a_law_that_cannot_hold_is_not_reported_as_holding() -> None:
    numbers = Operators[int](
        "subtraction",
        observe=np.asarray,
        intersection=lambda a, b: a - b,
        members=lambda a: np.arange(4) < a,
    )
    report = check_lattice(numbers, st.integers(0, 5), examples=100)
    assert report["commutativity of &"].outcome == "fails"
    assert report["commutativity of &"].worst == 10.0
    assert report["& is set intersection"].outcome == "fails"
    assert report["& is set intersection"].worst <= 1.0
    assert report["double negation"].outcome == "not defined"
    assert report["& never enlarges"].outcome == "not defined"
    assert not report.holds


def test_infinite_differences_count() -> None:
    wild = Operators[float](
        "wild", observe=np.asarray, intersection=lambda a, b: np.inf if a == b else 0.0
    )
    assert by_name("idempotence of &").deviation(wild, 1.0) == np.inf
    assert by_name("idempotence of &").deviation(wild, np.inf) == 0.0
    with pytest.raises(TypeError, match="about 1 elements, not 2"):
        by_name("idempotence of &").deviation(wild, 1.0, 2.0)


def test_laws_have_distinct_names_and_right_arities() -> None:
    assert len({law.name for law in LAWS}) == len(LAWS) == 24
    for law in LAWS:
        letters = set(re.findall(r"\b[abc]\b", law.statement))
        assert len(letters) == law.arity
    with pytest.raises(KeyError, match="no law"):
        by_name("trichotomy")


def test_reports_print() -> None:
    report = check_lattice(product_norm(3), scores(3), examples=50)
    text = str(report)
    assert text.splitlines()[0] == "product t-norm"
    assert re.search(r"idempotence of & +a & a = a +fails by 0\.\d+ at worst, in \d+% of", text)
    assert re.search(r"commutativity of & +a & b = b & a +holds", text)
    table = markdown_table([report, check_lattice(meet_operators(2), hyperboloids(2), examples=5)])
    lines = table.splitlines()
    assert len(lines) == 2 + len(LAWS)
    assert all(len(re.split(r"(?<!\\)\|", line)) == 6 for line in lines)
    assert re.search(r"idempotence of & \| a & a = a \| \*\*0\.\d+\*\* \| holds \|", lines[2])
    assert "| idempotence of \\| | a \\| a = a |" in lines[3]
    assert lines[3].endswith("| – |")


def test_the_table_in_the_docs_says_what_a_run_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "testing.md"
    written = page.read_text(encoding="utf-8")
    rows = {}
    for line in written[written.index("<!-- laws: start -->") :].splitlines()[3:]:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
        if len(cells) > 5:
            rows[cells[1].replace("\\|", "|")] = cells[3:-1]
    reports: list[Report] = [
        check_lattice(region_operators(AT), TREES, examples=5),
        check_lattice(meet_operators(4), hyperboloids(4), examples=5),
        check_lattice(goedel_norm(5), scores(5), examples=100),
        check_lattice(product_norm(5), scores(5), examples=100),
        check_lattice(lukasiewicz_norm(5), scores(5), examples=100),
        check_lattice(query2box(4), boxes(4), examples=20),
        check_lattice(query2box(4, shrink=False), boxes(4), examples=20),
        check_lattice(moebius_boxes(4), balls(4), examples=20),
    ]
    kinds = {"holds": "holds", "–": "not defined"}
    for law in LAWS:
        outcomes = [kinds.get(cell, "fails") for cell in rows[law.name]]
        assert outcomes == [report[law.name].outcome for report in reports], law.name


def test_hyperboloids_exceed_by_their_faces() -> None:
    small = Hyperboloid.from_faces([0.0, -1.0], [1.0, 1.0])
    large = Hyperboloid.from_faces([-np.inf, -1.0], [1.0, 3.0])
    operators = meet_operators(2)
    assert operators.exceeds is not None
    assert operators.exceeds(small, large) == 0.0
    assert operators.exceeds(large, small) > 1e300
