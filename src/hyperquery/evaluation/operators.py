"""Boolean expressions evaluated with any operators, such as set algebra or a fusion of scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from hyperquery import query as q

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


def evaluate(
    query: q.Query,
    leaf: Callable[[str], Array],
    conjunction: Callable[[Array, Array], Array],
    disjunction: Callable[[Array, Array], Array],
    negation: Callable[[Array], Array],
) -> Array:
    """Evaluate an expression of terms, AND, OR and NOT with any operators on arrays.

    Args:
        query: the expression.
        leaf: gives the array of a term.
        conjunction: of two arrays.
        disjunction: of two arrays.
        negation: of one array.

    Raises:
        QueryError: If the expression holds anything else.

    Examples:
        >>> holds = {"a": np.array([True, False]), "b": np.array([True, True])}
        >>> query = q.parse("b AND NOT a")
        >>> evaluate(query, holds.__getitem__, np.logical_and, np.logical_or, np.invert)
        array([False,  True])
    """

    def combine(node: q.Query, operands: list[Array]) -> Array:
        match node:
            case q.Term():
                return leaf(node.text)
            case q.And() | q.Or():
                operator = conjunction if isinstance(node, q.And) else disjunction
                result = operands[0]
                for operand in operands[1:]:
                    result = operator(result, operand)
                return result
            case q.Not():
                return negation(operands[0])
        raise q.QueryError(f"{type(node).__name__} is not an operator on terms")

    return q.fold(query, combine)
