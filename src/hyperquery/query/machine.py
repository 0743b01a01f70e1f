"""The parsing loop: LALR(1) over the tables that Lark makes from the grammar."""

from __future__ import annotations

import re
from typing import Any

from hyperquery.query.errors import QueryError, QuerySyntaxError
from hyperquery.query.expressions import Everything, Term, any_of
from hyperquery.query.grammar import END, UNREADABLE, Reduction, Rows, Tables
from hyperquery.query.messages import Stop, explain
from hyperquery.query.query import Query
from hyperquery.query.schema import Schema

MAX_REPAIRS = 100
"""After so many repairs a lenient parse leaves out the rest of the text."""

# In a state with one of these, what stands before is complete; in others, a term or a part of a
# condition is missing.
_COMPLETE = frozenset({"AND", "OR", "RPAR", "COMMA", END})

_not_white = re.compile(r"\S")


def run(
    text: str, tables: Tables, schema: Schema | None, errors: list[QuerySyntaxError] | None
) -> Query:
    """Parse a text.

    Args:
        text: The text.
        tables: The tables of the grammar.
        schema: What fields there are, or None for any.
        errors: A list that takes the errors of a lenient parse; None to raise the first.
    """
    rows, scanners, after, accepting = tables.rows, tables.scanners, tables.after, tables.accepting
    source = text
    state = tables.start
    states = [state]
    values: list[Any] = []
    starts: list[int] = []  # where in the text each value begins
    last: re.Match[str] | None = None  # the token taken last
    depth, position = 0, len(text) - len(text.lstrip())
    repairing, repairs_left = False, MAX_REPAIRS
    while True:
        if position < len(text):
            match = scanners[state](text, position)
            kind = match.lastgroup or UNREADABLE if match else UNREADABLE
        else:
            match, kind = None, END
        target = rows[state].get(kind)
        if errors is not None and not fits(tables, states, kind):
            target = None  # before anything is reduced for it, so that parsing can go on
        while isinstance(target, Reduction):
            size, symbol, action, check = target
            arguments = values[-size:]
            if action is None:
                value = arguments[0]
            else:
                try:
                    if schema is not None and check is not None:
                        check(schema, arguments)
                    value = action(arguments)
                except QueryError as error:
                    problem = QuerySyntaxError(str(error), source, starts[-size])
                    if errors is None:
                        raise problem from None
                    errors.append(problem)
                    repairs_left -= 1
                    if repairs_left == 0 and position < len(source):
                        text = text[:position]
                    value = _instead(arguments, source[starts[-size] : position])
            if size == 1:
                states.pop()
                values[-1] = value
            else:
                del states[-size:], values[-size:], starts[1 - size :]
                values.append(value)
            place = states[-1], symbol, kind
            state = after.get(place) or tables.follow(place)
            if state == accepting and kind == END:
                result: Query = value
                return result
            states.append(state)
            target = rows[state].get(kind)
        if match is not None and target is not None:
            state = target
            states.append(state)
            values.append(match[kind])
            starts.append(position)
            if kind == "LPAR":
                depth += 1
            elif kind == "RPAR":
                depth -= 1
            position = match.end()
            last = match
            repairing = False
            continue
        # The token fits nowhere. What goes wrong until one does fit is a consequence of this.
        if not repairing:
            opening = _opening(source, values, starts) if depth else None
            stop = Stop(source, kind, position, match, last, opening, rows[states[-1]].keys())
            problem = explain(stop)
            if errors is None:
                raise problem
            errors.append(problem)
            repairing = True
        repairs_left -= 1
        if repairs_left == 0 and position < len(source):
            text = text[:position]
            continue
        depth, pass_over = _repair(rows, states, values, starts, kind, depth)
        state = states[-1]
        if pass_over and kind == END:
            if not depth:
                return _whole(source)
            text += ")" * depth
        elif pass_over:
            position = match.end() if match else _after_white(text, position + 1)


def _opening(source: str, values: list[Any], starts: list[int]) -> int:
    """Where the innermost open parenthesis stands."""
    # A value of a field may be the text "(" too; in the source it is then quoted or escaped.
    return next(
        start
        for value, start in zip(reversed(values), reversed(starts), strict=True)
        if isinstance(value, str) and value == source[start] == "("
    )


def fits(tables: Tables, states: list[int], kind: str) -> bool:
    """Whether a token can be taken after the reductions that it calls for."""
    rows, kept, made = tables.rows, len(states) - 1, [states[-1]]
    while True:
        target = rows[made[-1]].get(kind)
        if type(target) is not Reduction:
            return target is not None
        taken = min(target.size, len(made))
        del made[len(made) - taken :]
        kept -= target.size - taken
        state = tables.go_to(made[-1] if made else states[kept - 1], target.symbol)
        if state == tables.accepting and kind == END:
            return True
        made.append(state)


def _repair(
    rows: Rows,
    states: list[int],
    values: list[Any],
    starts: list[int],
    kind: str,
    depth: int,
) -> tuple[int, bool]:
    """Make room for a token that does not fit, by giving up what stands before it, or it.

    Every call removes something from the stacks or from the text, so repairs come to an end.

    Returns:
        The depth of parentheses afterwards, and whether the token is to be passed over.
    """
    row = rows[states[-1]]
    if "TERM" not in row and not _COMPLETE & row.keys():
        # Inside a condition, or after the head of a choice: give up what there is of it.
        while "TERM" not in rows[states[-1]]:
            del states[-1], values[-1], starts[-1]
        return depth, False
    wants_operand = "TERM" in row and "AND" not in row
    closes = kind == END or (kind == "RPAR" and depth)
    if wants_operand and closes and values:
        opened = values[-1] == "("
        del states[-1], values[-1], starts[-1]
        return depth - opened, opened and kind == "RPAR"
    return depth, True


def _instead(arguments: list[Any], source: str) -> Query:
    """What a lenient parse puts in the place of a construct that cannot be built."""
    if isinstance(arguments[0], Query):
        return arguments[0]
    if isinstance(arguments[-2:][0], list):  # the alternatives of a choice
        return any_of(arguments[2])
    return _whole(source)


def _whole(source: str) -> Query:
    """A text that holds no query, taken for what it says; everything if it says nothing."""
    return Term(source) if source.strip() else Everything()


def _after_white(text: str, position: int) -> int:
    """The position of the next character that is not white space, or the end."""
    match = _not_white.search(text, position)
    return match.start() if match else len(text)
