"""A term's attention to a product's words as a picture, with what each word did to the margin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hyperquery.engine.reasons import TermReason, WordEffect

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NEARER, _FARTHER, _INK, _GREY = "#3b6fb6", "#d9822b", "#222831", "#8a929c"
_CELL = 0.5  # inches
_BARS = 0.95  # inches
_LABELLED = 0.005  # the least share that is written into its cell


def attention_figure(reason: TermReason, *, most_words: int = 30) -> Figure:
    """Draw a term's attention grid, words by words, under the change that each word makes.

    Words of the term are rows, distinct words of the product columns, in the order in which they
    are read; a word that occurs twice has the attention of both. The bars say by how much the
    margin would rise without the word: up where it brings the product nearer.

    Args:
        reason: one term of an explanation, such as ``explanation.terms[0]``.
        most_words: how many of the product's words to show, those with the most attention.

    Returns:
        A figure of its own, unknown to pyplot; ``figure.savefig(path)`` writes it.

    Raises:
        ImportError: If matplotlib is not installed.

    Examples:
        >>> from hyperquery.demo import demo_engine
        >>> explanation = demo_engine().explain("fire tv stick", "P0001")
        >>> figure = attention_figure(explanation.terms[0])
        >>> [label.get_text() for label in figure.axes[1].get_yticklabels()]
        ['fire', 'tv', 'stick']
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "attention_figure needs matplotlib: pip install 'hyperquery[plot]'"
        ) from error
    effects = _most_attended(reason.words, most_words)
    rows, shares = _by_distinct_words(reason, effects)
    title = f"{reason.text}: margin {reason.margin:+.3f}"
    if not effects:
        figure = Figure(figsize=(4, 0.6))
        figure.suptitle(f"{title} (nothing of the product can be read)", fontsize=11, color=_INK)
        return figure
    width, height = _CELL * len(effects), _CELL * len(rows)
    figure = Figure(figsize=(width + 1.6, height + _BARS + 1.7), layout="constrained")
    bars, heat = figure.subplots(2, 1, sharex=True, height_ratios=[_BARS, height])
    _draw_changes(bars, effects)
    _draw_shares(heat, rows, effects, shares)
    _draw_fields(bars, heat, effects)
    if len(effects) < len(reason.words):
        title += f" ({len(effects)} most attended of {len(reason.words)} words)"
    figure.suptitle(title, fontsize=11, color=_INK)
    return figure


def _most_attended(effects: Sequence[WordEffect], number: int) -> list[WordEffect]:
    """Return the words with the most attention, in their own order."""
    kept = {e.word for e in sorted(effects, key=lambda e: -e.attention)[:number]}
    return [effect for effect in effects if effect.word in kept]


def _by_distinct_words(
    reason: TermReason, effects: Sequence[WordEffect]
) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Return the term's words, and their attention to each of the product's, (rows, columns)."""
    grid = reason.attention
    rows = [place for place, word in enumerate(grid.rows) if word.trigrams]
    by_word = grid.by_word()[rows]
    texts = np.array([word.text for word in grid.columns])
    columns = [by_word[:, texts == effect.word].sum(1) for effect in effects]
    return [grid.rows[place].text for place in rows], np.array(columns).T


def _draw_changes(axes: Axes, effects: Sequence[WordEffect]) -> None:
    changes = [effect.change for effect in effects]
    colors = [_NEARER if change > 0 else _FARTHER for change in changes]
    axes.bar(range(len(changes)), changes, width=0.7, color=colors)
    axes.axhline(0, color=_INK, linewidth=0.8)
    axes.set_ylabel("margin changes\nwithout it by", fontsize=8, color=_INK)
    axes.tick_params(axis="x", which="both", length=0, labelbottom=False)
    axes.tick_params(axis="y", labelsize=7, colors=_GREY)
    axes.locator_params(axis="y", nbins=4)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:+.2g}" if value else "0")
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def _draw_shares(
    axes: Axes,
    rows: Sequence[str],
    effects: Sequence[WordEffect],
    shares: npt.NDArray[np.float64],
) -> None:
    from matplotlib.colors import PowerNorm

    # Square roots, or one large share would leave all others white.
    darkness = PowerNorm(0.5, vmin=0, vmax=shares.max())
    axes.imshow(shares, cmap="Blues", norm=darkness, aspect="auto")
    for row, column in np.argwhere(shares >= _LABELLED):
        share = shares[row, column]
        color = "white" if darkness(share) > 0.6 else _INK
        axes.text(column, row, f"{share:.0%}", ha="center", va="center", fontsize=7.5, color=color)
    axes.set_xticks(
        range(len(effects)),
        [effect.word for effect in effects],
        rotation=40,
        ha="right",
        rotation_mode="anchor",
    )
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, labelsize=9, colors=_INK)
    axes.set_xticks(np.arange(-0.5, len(effects)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(rows)), minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_visible(False)
    axes.set_ylabel("attention", fontsize=8, color=_INK)


def _draw_fields(bars: Axes, heat: Axes, effects: Sequence[WordEffect]) -> None:
    """Name the field where each group of words is first read, above them, with a line between."""
    previous = None
    for column, effect in enumerate(effects):
        field = effect.fields[0]
        if field == previous:
            continue
        bars.annotate(
            field,
            (column - 0.45, 1.02),
            xycoords=("data", "axes fraction"),
            fontsize=8,
            color=_GREY,
            va="bottom",
        )
        if previous is not None:
            for axes in (bars, heat):
                axes.axvline(column - 0.5, color=_GREY, linewidth=0.8, linestyle=(0, (3, 3)))
        previous = field
