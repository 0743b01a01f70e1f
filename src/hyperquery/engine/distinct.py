"""The distinct texts of a column, so that each is looked at once however many products have it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hyperquery.engine.spaced_words import spaced, spaced_column

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Distinct:
    """The distinct texts of a column.

    Attributes:
        codes: (n,) the position of each text among the distinct ones, a pyarrow array or chunked
            array of integers; null where there is none.
        texts: (distinct,) pyarrow array.
    """

    codes: Any
    texts: Any

    @classmethod
    def of(cls, column: Any) -> Distinct:
        """Find the distinct texts of a pyarrow chunked array.

        Examples:
            >>> found = Distinct.of(pa.chunked_array([["tea", "pot"], ["tea", None]]))
            >>> found.codes.to_pylist(), found.texts.to_pylist()
            ([0, 1, 0, None], ['tea', 'pot'])
        """
        # Of an array that is encoded already this keeps the codes.
        encoded = column.dictionary_encode().unify_dictionaries()
        if not encoded.num_chunks:
            return cls(pa.array([], pa.int32()), pa.array([], pa.string()))
        codes = pa.chunked_array([chunk.indices for chunk in encoded.chunks])
        return cls(codes, encoded.chunk(0).dictionary)

    @cached_property
    def spaced(self) -> Any:
        """(distinct,) the words of the distinct texts."""
        return spaced_column(self.texts)

    def equal(self, text: str) -> Mask:
        """Return which of the n texts are a text, whatever case or accents.

        Texts without words, such as "+", are compared sign by sign.

        Examples:
            >>> found = Distinct.of(pa.chunked_array([["Café", "+", None, "cafe", "-"]]))
            >>> found.equal("CAFE").tolist(), found.equal("+").tolist()
            ([True, False, False, True, False], [False, True, False, False, False])
        """
        wanted = spaced(text)
        same = pc.equal(self.spaced, wanted)
        if not wanted.strip():
            bare = np.flatnonzero(as_mask(same))
            kept = [row for row in bare if self.texts[row].as_py().strip() == text.strip()]
            same = pa.array(np.isin(np.arange(len(self.texts)), kept))
        return self.having(same)

    def having(self, holds: Any) -> Mask:
        """Return which of the n texts are among those distinct ones for which something holds.

        Args:
            holds: (distinct,) pyarrow array of booleans.
        """
        return as_mask(pc.take(holds, self.codes))


def as_mask(truths: Any) -> Mask:
    """Return a pyarrow array of booleans as a numpy one; null is False."""
    return np.asarray(pc.fill_null(truths, False), dtype=np.bool_)
