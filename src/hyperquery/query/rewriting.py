"""Rewriting: named rules, each an equality of margins bit for bit, and what they add up to.

A rule is a function from a query to an equal one. It is applied to every node, operands first,
so that one pass is enough. None of the rules uses the excluded middle: `a AND NOT a` matches
nothing, but its margins, which rank the near misses, are not those of Nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from hyperquery.query.expressions import (
    And,
    AtLeast,
    Boost,
    Everything,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
    all_of,
    any_of,
)
from hyperquery.query.query import Query
from hyperquery.query.traversal import fold

__all__ = [
    "RULES",
    "absorb",
    "apply_constants",
    "cancel_conditions",
    "drop_idle_boosts",
    "factor",
    "flatten",
    "is_condition",
    "remove_double_negation",
    "remove_duplicates",
    "simplify",
    "take_out_shared_parts",
    "unwrap_choices",
]

Rule = Callable[[Query], Query]


def everywhere(rule: Rule, query: Query) -> Query:
    """Apply a rule to every node of a query, operands first."""
    return fold(query, lambda node, operands: rule(node.replaced(operands)))


def is_condition(query: Query) -> bool:
    """Whether a leaf holds or does not, without degrees: a field condition.

    A phrase is not one: where its words stand in a product, its meaning may still count.
    """
    return isinstance(query, FieldEquals | FieldRange)


# -- the rules, at one node ----------------------------------------------------------------


def flatten(node: Query) -> Query:
    """Associativity: `(a AND b) AND c` is `a AND b AND c`, and the same for OR."""
    kind = type(node)
    if kind not in (And, Or) or not any(type(child) is kind for child in node.children):
        return node
    parts: list[Query] = []
    for child in node.children:
        parts += child.children if type(child) is kind else (child,)
    return kind(*parts)


def remove_double_negation(node: Query) -> Query:
    """`NOT NOT a` is `a`."""
    match node:
        case Not(Not(inner)):
            return inner
    return node


def apply_constants(node: Query) -> Query:
    """Identity and annihilator: `a AND *` is `a`, `a AND {}` is `{}`, `NOT *` is `{}`."""
    match node:
        case And(operands):
            return _without(node, operands, identity=Everything, annihilator=Nothing)
        case Or(operands):
            return _without(node, operands, identity=Nothing, annihilator=Everything)
        case Not(Everything()):
            return Nothing()
        case Not(Nothing()):
            return Everything()
        case AtLeast(count, operands):
            rest = [part for part in operands if not isinstance(part, Everything | Nothing)]
            count -= sum(isinstance(part, Everything) for part in operands)
            if count <= 0:
                return Everything()
            if count > len(rest):
                return Nothing()
            return node if len(rest) == len(operands) else AtLeast(count, *rest)
    return node


def _without(
    node: Query, operands: tuple[Query, ...], identity: type[Query], annihilator: type[Query]
) -> Query:
    kinds = {type(operand) for operand in operands}
    if annihilator in kinds:
        return annihilator()
    if identity not in kinds:
        return node
    rest = [operand for operand in operands if type(operand) is not identity]
    return identity() if not rest else rest[0] if len(rest) == 1 else type(node)(*rest)


def remove_duplicates(node: Query) -> Query:
    """Idempotence: `a AND b AND a` is `a AND b`."""
    if not isinstance(node, And | Or):
        return node
    distinct = list(dict.fromkeys(node.operands))
    if len(distinct) == len(node.operands):
        return node
    return distinct[0] if len(distinct) == 1 else type(node)(*distinct)


def absorb(node: Query) -> Query:
    """Absorption: `a OR (a AND b)` is `a`, and `a AND (a OR b)` is `a`."""
    if not isinstance(node, And | Or):
        return node
    parts = [frozenset(each) for each in _parts(node)]
    uses = Counter(part for each in parts for part in each)
    # An operand is absorbed by one whose parts are some of its own. To find those quickly,
    # every operand is listed under the part of it that fewest operands have.
    listed: dict[int, list[int]] = {}
    for index, each in enumerate(parts):
        listed.setdefault(min(each, key=lambda part: (uses[part], part)), []).append(index)
    kept = [
        operand
        for index, operand in enumerate(node.operands)
        if not any(
            parts[other] < parts[index] or (parts[other] == parts[index] and other < index)
            for part in parts[index]
            for other in listed.get(part, ())
        )
    ]
    if len(kept) == len(node.operands):
        return node
    return kept[0] if len(kept) == 1 else type(node)(*kept)


def _parts(node: And | Or) -> list[dict[int, Query]]:
    """The parts of each operand, numbered: those it joins, if it is of the dual kind, or itself.

    Numbers stand for equal parts, because they are cheaper to compare.
    """
    dual = Or if isinstance(node, And) else And
    numbers: dict[Query, int] = {}
    return [
        {
            numbers.setdefault(part, len(numbers)): part
            for part in (operand.children if isinstance(operand, dual) else (operand,))
        }
        for operand in node.operands
    ]


def cancel_conditions(node: Query) -> Query:
    """`brand:x AND NOT brand:x` is `{}`, and with OR `*`: for field conditions only.

    These hold or do not, so for them the excluded middle is true of the margins too.
    """
    if not isinstance(node, And | Or):
        return node
    there = {operand for operand in node.operands if is_condition(operand)}
    if any(isinstance(each, Not) and each.operand in there for each in node.operands):
        return Nothing() if isinstance(node, And) else Everything()
    return node


def drop_idle_boosts(node: Query) -> Query:
    """A boost by 1, or of something without degrees, changes nothing."""
    match node:
        case Boost(operand, weight):
            if weight == 1 or is_condition(operand) or isinstance(operand, Everything | Nothing):
                return operand
    return node


def unwrap_choices(node: Query) -> Query:
    """`1 of (a, b)` is `a OR b`, and `2 of (a, b)` is `a AND b`."""
    match node:
        case AtLeast(count, operands) if count == len(operands):
            return all_of(operands)
        case AtLeast(1, operands):
            return any_of(operands)
    return node


RULES: tuple[Rule, ...] = (
    drop_idle_boosts,
    apply_constants,
    unwrap_choices,
    remove_double_negation,
    flatten,
    remove_duplicates,
    cancel_conditions,
    absorb,
)
"""The rules of `simplify`, in the order in which it applies them to a node."""


# -- what they add up to -------------------------------------------------------------------


def simplify(query: Query) -> Query:
    """An equal query without parts that cannot matter.

    >>> from hyperquery.query import parse
    >>> print(simplify(parse("(a OR (a AND b)) AND * AND NOT NOT c AND (c OR d)")))
    a AND c
    """

    def all_rules(node: Query) -> Query:
        for rule in RULES:
            node = rule(node)
        return node

    return everywhere(all_rules, query)


def factor(query: Query) -> Query:
    """Distributivity backwards: an equal query with shared parts written once.

    >>> from hyperquery.query import parse
    >>> print(factor(parse("fire AND tablet OR kindle AND tablet OR kindle AND case")))
    tablet AND (fire OR kindle) OR kindle AND case
    """
    # Every round that changes something writes some part less often, so the rounds end.
    factored = simplify(query)
    while True:
        again = simplify(everywhere(take_out_shared_parts, factored))
        if again == factored:
            return factored
        factored = again


def take_out_shared_parts(node: Query) -> Query:
    """`(a AND b) OR (a AND c)` is `a AND (b OR c)`, and the dual; the part most shared first."""
    if not isinstance(node, And | Or):
        return node
    join, join_parts = (all_of, any_of) if isinstance(node, And) else (any_of, all_of)
    parts = dict(enumerate(_parts(node)))
    uses = Counter(part for each in parts.values() for part in each)
    operands = dict(enumerate(node.operands))
    while True:
        most_shared, count = max(uses.items(), key=lambda item: item[1], default=(0, 0))
        if count < 2:
            return node if len(operands) == len(node.operands) else join(list(operands.values()))
        sharing = {index: each for index, each in parts.items() if most_shared in each}
        shared = set.intersection(*map(set, sharing.values()))
        rests = [
            join_parts([part for number, part in each.items() if number not in shared])
            for each in sharing.values()
        ]
        first = next(iter(sharing))
        common = [part for number, part in parts[first].items() if number in shared]
        for index, each in sharing.items():
            uses.subtract(each.keys())
            del parts[index]
            if index != first:
                del operands[index]
        operands[first] = join_parts([*common, join(rests)])
