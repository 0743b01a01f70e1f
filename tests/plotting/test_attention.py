"""The picture of a term's attention shows the words, their shares and what they did."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest

from hyperquery import Engine
from hyperquery.engine import Catalog
from hyperquery.engine.reasons import TermReason
from hyperquery.plotting import attention_figure

pytest.importorskip("matplotlib")


@pytest.fixture
def reason(small_engine: Engine) -> TermReason:
    return small_engine.explain("folding kettle", "kettle3").terms[0]


def test_rows_columns_and_bars_are_the_reasons(reason: TermReason) -> None:
    bars, heat = attention_figure(reason).axes
    assert [tick.get_text() for tick in heat.get_yticklabels()] == ["folding", "kettle"]
    columns = [tick.get_text() for tick in heat.get_xticklabels()]
    assert columns == ["acme", "kettle", "folding", "shop", "kitchen", "kettles"]
    heights = [bar.get_height() for bar in bars.patches]
    assert heights == pytest.approx([effect.change for effect in reason.words])
    shares = np.asarray(heat.images[0].get_array())
    assert shares.shape == (2, 6)
    assert shares.sum() == pytest.approx(1)
    assert shares.sum(0).tolist() == pytest.approx([effect.attention for effect in reason.words])
    assert [text.get_text() for text in bars.texts] == ["title", "category"]


def test_it_is_written_as_a_png(reason: TermReason) -> None:
    file = io.BytesIO()
    attention_figure(reason).savefig(file, format="png", dpi=50)
    assert file.getvalue().startswith(b"\x89PNG")


def test_only_the_most_attended_words_are_shown(reason: TermReason) -> None:
    figure = attention_figure(reason, most_words=2)
    columns = [tick.get_text() for tick in figure.axes[1].get_xticklabels()]
    most = sorted(reason.words, key=lambda effect: effect.attention)[-2:]
    assert columns == [effect.word for effect in reason.words if effect in most]
    assert "2 most attended of 6 words" in figure.get_suptitle()


def test_a_product_without_a_word_has_a_picture(small_engine: Engine) -> None:
    engine = Engine(Catalog.read([{"id": "1", "title": "!!!"}]), small_engine.model)
    figure = attention_figure(engine.explain("kettle", "1").terms[0])
    assert figure.axes == []
    assert "nothing of the product can be read" in figure.get_suptitle()


def test_without_matplotlib_it_says_what_to_install(
    reason: TermReason, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'hyperquery\[plot\]'"):
        attention_figure(reason)
