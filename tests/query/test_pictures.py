"""The pictures show every node once for each place, in the right order, and stay well-formed."""

import re

import networkx
from hypothesis import HealthCheck, given, settings

from hyperquery.query import And, Phrase, Query, Term, parse
from hyperquery.query.pictures import MAX_DRAWN_DEPTH, label, occurrences, to_networkx
from hyperquery.testing.expressions import expressions

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_tree() -> None:
    query = parse("(fire OR kindle)^2 AND NOT 2 of (a, b, price<5) AND *")
    assert query.tree().splitlines() == [
        "AND",
        "├── ^2",
        "│   └── OR",
        "│       ├── fire",
        "│       └── kindle",
        "├── NOT",
        "│   └── 2 of",
        "│       ├── a",
        "│       ├── b",
        "│       └── price<5",
        "└── *",
    ]


def test_tree_shows_a_shared_part_at_each_of_its_places() -> None:
    a = Term("a")
    assert And(a, a).tree().splitlines() == ["AND", "├── a", "└── a"]
    assert to_networkx(And(a, a)).number_of_nodes() == 3


def test_deep_parts_of_a_tree_stand_on_one_line() -> None:
    query: Query = Term("a")
    for _ in range(MAX_DRAWN_DEPTH + 2):
        query = ~query
    assert query.tree().splitlines()[-1].endswith("└── NOT NOT a")


@relaxed
@given(expressions())
def test_graph_holds_the_whole_expression(query: Query) -> None:
    graph = to_networkx(query)
    assert networkx.is_arborescence(graph)

    def rebuilt(number: int) -> Query:
        edges = sorted(graph.out_edges(number, data="position"), key=lambda edge: edge[2])
        children = [rebuilt(child) for _, child, _ in edges]
        node: Query = graph.nodes[number]["query"]
        assert graph.nodes[number]["kind"] == type(node).__name__
        assert graph.nodes[number]["label"] == label(node)
        return node.replaced(children)

    assert rebuilt(0) == query
    places = list(occurrences(query))
    assert [place.number for place in places] == list(graph.nodes)
    assert [place.position for place in places if place.parent == 0] == [
        *range(len(query.children))
    ]


@relaxed
@given(expressions())
def test_mermaid_and_dot_are_well_formed(query: Query) -> None:
    nodes = to_networkx(query).number_of_nodes()
    mermaid = query.to_mermaid().split("\n")
    assert mermaid[0] == "flowchart TD"
    node_line, edge_line = r' {4}n\d+\["[^"\[\]<>]*"\]', r" {4}n\d+ --> n\d+"
    assert all(re.fullmatch(f"{node_line}|{edge_line}", line) for line in mermaid[1:])
    dot = query.to_dot().split("\n")
    assert (dot[0], dot[-1]) == ("digraph query {", "}")
    node_line, edge_line = r' {4}n\d+ \[label="(?:[^"\\]|\\.)*"\];', r" {4}n\d+ -> n\d+;"
    assert all(re.fullmatch(f"{node_line}|{edge_line}", line) for line in dot[1:-1])
    assert len(mermaid) - 1 == len(dot) - 2 == 2 * nodes - 1


def test_labels_are_escaped() -> None:
    query = Phrase('say "hi" <b>\\')
    assert '[label="\\"say \\\\\\"hi\\\\\\" <b>\\\\\\\\\\""]' in query.to_dot()
    assert '["#34;say #92;#34;hi#92;#34; #60;b#62;#92;#92;#34;"]' in query.to_mermaid()
