"""What goes into a column comes out of it."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperquery import CatalogError
from hyperquery.engine.kinds import Kind, kind_of, normal, python_values, typed

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=5)  # half surrogate pairs too
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def same(one, other):
    """Whether values are equal, and true is not 1."""
    return one == other and repr(one).count("True") == repr(other).count("True")


@given(st.one_of(*(st.lists(kind, max_size=5) for kind in (
    VALUES, st.booleans() | st.integers(), st.integers() | st.floats(allow_nan=False),
    st.none() | st.text(), st.lists(st.none() | st.text()), st.lists(st.integers() | st.floats(0)),
))))  # fmt: skip
def test_values_come_back_equal(values):
    back = python_values(typed("field", values))
    assert len(back) == len(values)
    assert all(map(same, back, values))


@pytest.mark.parametrize(
    ("values", "kind", "type_"),
    [
        (["a", None], Kind.TEXT, pa.string()),
        ([1, None], Kind.NUMBER, pa.int64()),
        ([1, 2.5], Kind.NUMBER, pa.float64()),
        ([True, None], Kind.BOOLEAN, pa.bool_()),
        ([["a"], None], Kind.TEXTS, pa.list_(pa.string())),
        ([[1], [2.5]], Kind.NUMBERS, pa.list_(pa.float64())),
        ([None, float("nan")], Kind.NOTHING, pa.null()),
        ([1, "a"], Kind.MIXED, pa.string()),
        ([1, True], Kind.MIXED, pa.string()),
        ([2**70], Kind.MIXED, pa.string()),
        ([2**60 + 1, 0.5], Kind.MIXED, pa.string()),
        ([{"a": 1}], Kind.MIXED, pa.string()),
        (["\ud800"], Kind.MIXED, pa.string()),
    ],
)
def test_columns_are_as_narrow_as_their_values(values, kind, type_):
    field = typed("field", values).field
    assert (kind_of(field), field.type) == (kind, type_)


@pytest.mark.parametrize("value", [object(), b"bytes", {1: 2}, {"a", "b"}, [1, b"x"]])
def test_what_cannot_be_kept_is_named(value):
    with pytest.raises(CatalogError, match=r"the field 'shape' .*turn it into text or a number"):
        typed("shape", ["fine", value])


@pytest.mark.parametrize(
    ("array", "type_"),
    [
        (pa.array(["a", None], pa.large_string()), pa.string()),
        (pa.array(["a", None], pa.string_view()), pa.string()),
        (pa.array(["a", None]).dictionary_encode(), pa.string()),
        (pa.array([1, None], pa.uint8()), pa.int64()),
        (pa.array([2**63 - 1], pa.uint64()), pa.int64()),
        (pa.array([0.5, None], pa.float32()), pa.float64()),
        (pa.array([["a"], None], pa.large_list(pa.string())), pa.list_(pa.string())),
        (pa.array([[1], None], pa.list_(pa.int32())), pa.list_(pa.int64())),
    ],
)
def test_arrow_types_become_those_of_a_catalog(array, type_):
    column = normal(pa.field("field", array.type), pa.chunked_array([array]))
    assert column.field.type == type_
    assert python_values(column) == array.to_pylist()


def test_numbers_that_are_not_numbers_are_missing():
    array = pa.chunked_array([[1.5, float("nan"), None]])
    assert python_values(normal(pa.field("f", array.type), array)) == [1.5, None, None]


def test_other_arrow_types_become_what_python_has_for_them():
    days = pa.array([20_000, None], pa.date32())
    column = normal(pa.field("since", days.type), days)
    assert python_values(column) == ["2024-10-04", None]
    prices = pa.array(["9.50"]).cast(pa.decimal128(5, 2))
    assert python_values(normal(pa.field("price", prices.type), prices)) == [9.5]
    encoded = typed("size", [7, "XL"])
    assert python_values(normal(encoded.field, encoded.values)) == [7, "XL"]
