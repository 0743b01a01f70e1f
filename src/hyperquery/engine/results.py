"""What a search gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, overload

from hyperquery.engine.columns import cell, padded, shortened, signed, width
from hyperquery.engine.relaxing import Relaxation

_SHOWN_FIELDS = ("brand", "price")
_TITLE_WIDTH = 60


@dataclass(frozen=True)
class Hit:
    """One product of a search.

    Attributes:
        id: of the product.
        margin: signed distance to the query's region: negative inside, larger is farther.
        matches: whether the product is inside the region.
        fields: all fields of the product, with ``title`` and the rest of its row.
    """

    id: str
    margin: float
    matches: bool
    fields: Mapping[str, Any] = field(repr=False)

    @property
    def title(self) -> str:
        """The product's title."""
        return str(self.fields["title"])

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the product's fields with ``margin`` and ``matches`` (over fields so named)."""
        return {**self.fields, "margin": self.margin, "matches": self.matches}


class Results(Sequence[Hit]):
    """The hits of a search, best first; prints as a table.

    Args:
        query: the query in canonical form.
        hits: best first.
        count: counts the products inside the region, of those that took part, when asked.
        relax: finds what matches with one clause left out, when asked.
        readings: the text that each term is read as, of those that are not read as typed.
    """

    def __init__(
        self,
        query: str,
        hits: Sequence[Hit],
        count: Callable[[], int],
        relax: Callable[[], tuple[Relaxation, ...]] = tuple,
        readings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.query = query
        self._hits = tuple(hits)
        self._count = count
        self._relax = relax
        self.readings = readings

    @cached_property
    def matching(self) -> int:
        """How many products are inside the region, of those that took part; counted when asked."""
        return self._count()

    @cached_property
    def relaxations(self) -> tuple[Relaxation, ...]:
        """If nothing matches a conjunction: what does with one clause left out, the most first."""
        return () if self.matching else self._relax()

    def __len__(self) -> int:
        return len(self._hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        return self._hits[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self._hits)

    @property
    def ids(self) -> list[str]:
        """The ids of the hits, best first."""
        return [hit.id for hit in self._hits]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict for each hit: the product's fields, ``margin`` and ``matches``."""
        return [hit.to_dict() for hit in self._hits]

    def to_pandas(self) -> Any:
        """Return the hits as a pandas data frame.

        Raises:
            ImportError: If pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError("to_pandas needs pandas: pip install 'hyperquery[tables]'") from error
        return pandas.DataFrame(self.to_dicts())

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        plural = "product matches" if self.matching == 1 else "products match"
        title = f"{self.query}: {self.matching:,} {plural}"
        for text, read in self.readings.items():
            title += f"\n  {cell(text)} is read as {cell(read)}"
        for relaxed in self.relaxations:
            title += f"\n  without {relaxed.clause}: {relaxed.matching:,}"
        if not self._hits:
            return f"{title}\n(no product to show)"
        shown = [n for n in _SHOWN_FIELDS if any(h.fields.get(n) is not None for h in self._hits)]
        header = ["", "margin", "id", "title", *shown]
        rows = [
            [
                "✓" if hit.matches else "·",
                signed(hit.margin),
                cell(hit.id),
                cell(hit.title),
                *(cell(hit.fields.get(name)) for name in shown),
            ]
            for hit in self._hits
        ]
        rows = [[shortened(text, _TITLE_WIDTH) for text in row] for row in [header, *rows]]
        widths = [max(width(row[column]) for row in rows) for column in range(len(header))]
        right = {1, header.index("price")} if "price" in shown else {1}
        lines = [
            "  ".join(
                padded(text, space, column in right)
                for column, (text, space) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        lines.insert(1, "  ".join("─" * space for space in widths))
        return "\n".join([title, *lines])
