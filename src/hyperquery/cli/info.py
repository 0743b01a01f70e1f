"""``hyperquery info``: what a saved engine holds, and whether it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from hyperquery.cli.engines import folder_of
from hyperquery.cli.options import AsJson, EngineFolder
from hyperquery.cli.output import aligned, write_json, write_text


def info(
    folder: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time
        typer.Argument(metavar="[FOLDER]", help="A saved engine; the demo if not given."),
    ] = None,
    engine: EngineFolder = None,
    json: AsJson = False,
) -> None:
    """Say what an engine holds; every file is compared with its checksum."""
    if folder and engine:
        raise typer.BadParameter("name the engine once: FOLDER and --engine say the same")
    facts = engine_facts(folder_of(folder or engine))
    if json:
        write_json(facts)
        return
    fields = facts.pop("fields")
    rows = [
        [name, f"{value:,}" if type(value) is int else str(value)] for name, value in facts.items()
    ]
    rows += [["fields" if not number else "", f"{name}: {kind}"]
             for number, (name, kind) in enumerate(fields.items())]  # fmt: skip
    write_text(aligned([[name.replace("_", " "), value] for name, value in rows]))


def engine_facts(folder: Path) -> dict[str, Any]:
    """Return what there is to say of a saved engine, by name; all of its files are checked.

    Raises:
        ModelFileError: If it cannot be loaded, or a file does not have its checksum.
    """
    from hyperquery.engine import load_engine
    from hyperquery.engine.kinds import kind_of
    from hyperquery.engine.storage import FORMAT, FORMAT_VERSION
    from hyperquery.storage import Store

    engine = load_engine(folder, verify=True)
    snapshot = Store(folder, FORMAT, FORMAT_VERSION).snapshot(verify=False)
    kinds = {field.name: kind_of(field) for field in engine.catalog.table.schema}
    return {
        "engine": str(folder),
        "format_version": FORMAT_VERSION,
        "revision": snapshot.revision,
        "size": f"{sum(len(snapshot.view(name)) for name in snapshot.names) / 1e6:.1f} MB",
        "checksums": "match",
        "products": len(engine),
        "segments": len(engine.collection.segments),
        "dimension": engine.model.config.dimension,
        "curvature": f"{-engine.model.curvature:.4f}",
        "trigrams": len(engine.model.vocabulary),
        "facets_taught": len(engine.model.facets),
        "fields": {name: kind.value for name, kind in kinds.items() if kind is not None},
    }
