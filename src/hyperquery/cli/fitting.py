"""``hyperquery fit``: train on a catalog and save the engine; an interrupted training goes on."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from hyperquery.cli.columns import named_columns
from hyperquery.cli.exits import say
from hyperquery.cli.options import (
    BrandColumn,
    CatalogFile,
    CategoryColumn,
    ColorColumn,
    IdColumn,
    TitleColumn,
)

if TYPE_CHECKING:
    from hyperquery.anthem.checkpoints import Checkpoints

_PARTIAL = ".partial"

# typer reads these at run time; it knows Optional in every version.
Whole = Optional[int]  # noqa: UP045
Number = Optional[float]  # noqa: UP045
File = Optional[Path]  # noqa: UP045


def fit(
    catalog: CatalogFile,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to save the engine.")],
    judgments: Annotated[
        File,
        typer.Option(metavar="FILE", help="With query, product_id, and gain (0 to 1) or label."),
    ] = None,
    dimension: Annotated[Whole, typer.Option(help="Of the hyperbolic space.")] = None,
    steps: Annotated[Whole, typer.Option(help="Training steps, at most.")] = None,
    batch_size: Annotated[Whole, typer.Option(help="Products in a step.")] = None,
    curvature: Annotated[Number, typer.Option(help="To start from; 0 is Euclidean.")] = None,
    held_out: Annotated[Number, typer.Option(help="Share of products not trained on.")] = None,
    patience: Annotated[Whole, typer.Option(help="Checks without progress to stop after.")] = None,
    seed: Annotated[Whole, typer.Option(help="Of everything random.")] = None,
    id_column: IdColumn = "id",
    title_column: TitleColumn = "title",
    brand_column: BrandColumn = "brand",
    category_column: CategoryColumn = "category",
    color_column: ColorColumn = "color",
    progress: Annotated[
        bool, typer.Option(help="Say how far it has come: a bar in a terminal, else lines.")
    ] = True,
    restart: Annotated[
        bool, typer.Option("--restart", help="Start anew where an interrupted training is kept.")
    ] = False,
) -> None:
    """Train on a catalog and save the engine.

    Ctrl-C or SIGTERM keeps the training in FOLDER.partial; the same command goes on from there and
    ends with the same model.
    """
    from hyperquery.anthem.checkpoints import Checkpoints
    from hyperquery.anthem.config import Config
    from hyperquery.engine import Engine

    chosen = {
        "dimension": dimension, "steps": steps, "batch_size": batch_size, "curvature": curvature,
        "held_out": held_out, "patience": patience, "seed": seed,
    }  # fmt: skip
    config = Config.from_dict({name: value for name, value in chosen.items() if value is not None})
    _check_free(out)
    kept = Path(f"{out}{_PARTIAL}")
    checkpoints = Checkpoints(kept)
    if restart:
        checkpoints.clear()
    columns = named_columns(id_column, title_column, brand_column, category_column, color_column)
    with _interruptible(kept, checkpoints), _warnings_said():
        engine = Engine.fit(
            catalog,
            judgments,
            columns=columns,
            config=config,
            progress=progress,
            checkpoints=checkpoints,
        )
    engine.save(out)
    checkpoints.clear()
    report = engine.report
    assert report is not None
    say(
        f"saved {out}: {len(engine):,} products, {config.dimension} dimensions; best of "
        f"{report.steps:,} steps was {report.best_step:,}, held-out loss {report.held_out_loss:.3f}"
    )


def _check_free(out: Path) -> None:
    """Refuse a folder that an engine cannot be saved to before a long training, not after it.

    Raises:
        ModelFileError: If something else than an engine is there.
    """
    from hyperquery.engine.storage import FORMAT, FORMAT_VERSION
    from hyperquery.errors import ModelFileError
    from hyperquery.storage import Store
    from hyperquery.storage.naming import LOCK, is_ours

    store = Store(out, FORMAT, FORMAT_VERSION)
    if store.exists():
        store.snapshot(verify=False)
        return
    # A first save that was cut off leaves files of its own, which the next one deletes.
    names = [path.name for path in out.iterdir()] if out.is_dir() else []
    foreign = [name for name in names if not is_ours(name) and name != LOCK]
    if foreign or (out.exists() and not out.is_dir()):
        raise ModelFileError(f"{out} exists and is not an engine: choose another folder")


@contextlib.contextmanager
def _warnings_said() -> Iterator[None]:
    """Say what is warned of as one message, without the line of code that it came from."""
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_args, **_named: say(f"warning: {message}")
        yield


@contextlib.contextmanager
def _interruptible(kept: Path, checkpoints: Checkpoints) -> Iterator[None]:
    """Say where a training goes on from, and where it is kept if it is interrupted."""
    from hyperquery.anthem.interruption import TrainingInterrupted

    if checkpoints.exists():
        say(f"going on from the training kept in {kept}")
    try:
        yield
    except TrainingInterrupted as interrupted:
        say(
            f"interrupted after step {interrupted.step:,}, kept in {kept}: the same command goes "
            f"on from there"
        )
        raise typer.Exit(128 + interrupted.number) from None
