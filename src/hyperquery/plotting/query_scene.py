"""A query in the Poincare disk: products as points, its region shaded, its hits named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from hyperquery.engine.columns import cell, shortened, signed
from hyperquery.engine.engine import Engine
from hyperquery.engine.results import Hit
from hyperquery.errors import ConfigError
from hyperquery.plotting.disk import Floats
from hyperquery.plotting.frames import Frame
from hyperquery.plotting.labels import Anchor, Leader, in_columns
from hyperquery.plotting.projection import PlaneProjection, fit_plane
from hyperquery.plotting.scene import (
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    Dot,
    Line,
    Scene,
    Shape,
    Text,
    extent_of,
)
from hyperquery.plotting.shading import areas, grid, match_shares, section_margins
from hyperquery.query import Query

Shade = Literal["matches", "section"]

_LEVELS = (0.25, 0.5, 0.75)
_MOST_FITTED = 200  # products that decide the plane
_BANDWIDTHS = 18.0  # of the smoothing, from the centre to the border
_LARGEST_DISTANCE = 6.0  # that a bandwidth is taken of
_TITLE_COLUMNS = 40
_NAME_SIZE, _NOTE_SIZE = 7.5, 7.0


@dataclass(frozen=True, eq=False)
class _Shown:
    """The products that are drawn.

    Attributes:
        rows: (shown,) of the catalog, hits first, best first.
        matching: (shown,) which match.
        weights: (shown,) how many products each one stands for.
        hits: what the first rows are.
        total: how many of all products match.
    """

    rows: npt.NDArray[np.int64]
    matching: npt.NDArray[np.bool_]
    weights: Floats
    hits: tuple[Hit, ...]
    total: int


def query_scene(
    engine: Engine,
    query: str | Query,
    *,
    k: int = 12,
    shade: Shade | None = "matches",
    size: float = 4.8,
    most_points: int = 3000,
) -> Scene:
    """Lay a query and its products out in the disk; see `plot_query`.

    Args:
        engine: over hyperbolic space of 2 dimensions or more.
        query: text in the query language, or an expression.
        k: how many hits are named.
        shade: "matches" for where products match, "section" for the region's own section by the
            plane, None for neither; see :mod:`hyperquery.plotting.shading`.
        size: the disk's diameter in inches.
        most_points: how many products are drawn; of more, evenly many along the catalog.

    Raises:
        QuerySyntaxError: If the text is not a query.
        QueryError: If a term is unknown, or a section is asked for of a query with conditions.
        ConfigError: If there is no room for so many names, or a setting is out of range.
        GeometryError: If the engine's space is flat.
    """
    if shade not in {"matches", "section", None} or size <= 0 or most_points < 1:
        raise ConfigError(
            'shade is "matches", "section" or None, and sizes are above 0, not '
            f"{shade!r}, {size!r} and {most_points!r}"
        )
    shown = _shown(engine, query, k, most_points)
    all_points = np.asarray(engine.points, np.float64)
    points = all_points[shown.rows]
    deciding = np.flatnonzero(shown.matching | (np.arange(len(points)) < len(shown.hits)))
    projection = fit_plane(all_points, engine.model.curvature, points[deciding[:_MOST_FITTED]])
    disk = projection.to_disk(points)
    frame = Frame.around(disk)
    scale = size * 36.0
    places = frame.place(disk)
    names = _names(shown, places, scale)
    shapes, note = _shaded(engine, query, shown, disk, frame, projection, shade)
    texts = [
        *frame.ring_names(),
        *(leader.text for leader in names),
        *_notes(engine, str(query), shown, note),
    ]
    return Scene(
        f"{query}: {shown.total:,} of {len(engine):,} products match",
        (frame.ground(), *shapes, frame.border()),
        (*frame.ring_lines(), *map(_leader_line, names)),
        tuple(_dots(engine, shown, places)),
        tuple(texts),
        scale,
        extent_of(texts, scale),
    )


def _shown(engine: Engine, query: str | Query, k: int, most: int) -> _Shown:
    results = engine.search(query, k)
    row_of = {id_: row for row, id_ in enumerate(engine.catalog.ids)}
    inside = [row_of[id_] for id_ in engine.matches(query)]
    matches = np.zeros(len(row_of), np.bool_)
    matches[inside] = True
    first = np.array([row_of[id_] for id_ in results.ids], np.int64)
    others = np.ones(len(row_of), np.bool_)
    others[first] = False
    rows, weights = [first], [np.ones(len(first))]
    for kind in (matches & others, ~matches & others):
        every = np.flatnonzero(kind)
        # matches may take half of the room, the others what is left
        room = max(1, (most - sum(map(len, rows))) // (2 if len(rows) == 1 else 1))
        kept = every[np.linspace(0, len(every) - 1, min(room, len(every))).astype(np.int64)]
        rows.append(kept)
        weights.append(np.full(len(kept), len(every) / max(1, len(kept))))
    drawn = np.concatenate(rows)
    return _Shown(drawn, matches[drawn], np.concatenate(weights), tuple(results), len(inside))


def _shaded(
    engine: Engine,
    query: str | Query,
    shown: _Shown,
    disk: Floats,
    frame: Frame,
    projection: PlaneProjection,
    shade: Shade | None,
) -> tuple[list[Shape], str]:
    """Return the shaded areas, and what they are, in words."""
    if shade is None:
        return [], ""
    places = grid(frame)
    if shade == "section":
        margins = section_margins(engine, query, places, projection)
        outlines = areas(margins, -1e6, 0.0)
        note = "shaded: the region's section by this plane, without the evidence of words"
        return [Shape(outlines, GREEN, 0.22, GREEN, 1.0, note)] if outlines else [], note
    bandwidth = min(frame.distance, _LARGEST_DISTANCE) / _BANDWIDTHS
    shares = match_shares(places, disk, shown.matching, bandwidth, shown.weights)
    shapes = []
    for level in _LEVELS:
        outlines = areas(shares, level, 2.0)
        title = f"{level:.0%} or more of the products around match"
        if outlines:
            shapes.append(Shape(outlines, GREEN, 0.16, GREEN, 0.6, title))
    levels = ", ".join(f"{level:.0%}" for level in _LEVELS)
    share = f"{levels} of the products around match"
    return shapes, f"shaded: where {share} (smoothed over a distance of {bandwidth:.2g})"


def _names(shown: _Shown, places: Floats, scale: float) -> list[Leader]:
    anchors = []
    for rank, (hit, (x, y)) in enumerate(zip(shown.hits, places.tolist(), strict=False), 1):
        title = shortened(cell(hit.title), _TITLE_COLUMNS)
        anchors.append(
            Anchor(
                f"{rank}. {title}",
                x,
                y,
                3.0,
                size=_NAME_SIZE,
                color=INK if hit.matches else GREY,
                title=f"{cell(hit.title)} ({hit.id}, {signed(hit.margin)})",
            )
        )
    return in_columns(anchors, scale)


def _leader_line(leader: Leader) -> Line:
    return Line(np.array([[leader.start, leader.text.y], [leader.x, leader.y]]), GREY, 0.5)


def _dots(engine: Engine, shown: _Shown, places: Floats) -> list[Dot]:
    """Return the products, the best hits last, so that nothing hides them."""
    products = engine.catalog.products(shown.rows)
    dots = []
    for at, (product, (x, y)) in enumerate(zip(products, places.tolist(), strict=True)):
        title = cell(product["title"])
        if at < len(shown.hits):
            hit = shown.hits[at]
            title = f"{at + 1}. {title} ({signed(hit.margin)})"
            fill, edge = (ORANGE, INK) if hit.matches else ("#ffffff", INK)
            dots.append(Dot(x, y, 3.2, fill, edge, title))
        elif shown.matching[at]:
            dots.append(Dot(x, y, 2.4, ORANGE, title=title))
        else:
            dots.append(Dot(x, y, 1.5, PALE, edge=GREY, title=title))
    return dots[::-1]


def _notes(engine: Engine, query: str, shown: _Shown, note: str) -> list[Text]:
    """Return the heading, and what is drawn."""
    verb = "product matches" if shown.total == 1 else "products match"
    size = _NOTE_SIZE
    lines = [
        f"filled: products that match, numbered by rank; grey: {_others(engine, shown)}; "
        "circles: distances from the centre",
        f"{engine.model.config.dimension} dimensions, each product at the nearest point of the "
        f"plane through the products' centre that shows the matches best",
        note,
    ]
    return [
        Text(shortened(query, 90), 0.0, 1.17, "center", 11.0, INK, bold=True),
        Text(f"{shown.total:,} {verb}", 0.0, 1.07, "center", 8.5, GREY),
        *(
            Text(line, 0.0, -1.08 - 0.065 * at, "center", size, GREY)
            for at, line in enumerate(filter(None, lines))
        ),
    ]


def _others(engine: Engine, shown: _Shown) -> str:
    if len(shown.rows) == len(engine):
        return "the others"
    return f"some of the others ({len(shown.rows):,} of {len(engine):,} are drawn)"
