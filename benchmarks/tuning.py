"""Settings of hyperquery, its ablations and its trained peers, compared on dev parts alone.

    python benchmarks/tuning.py dot --dimension 32 --steps 150 --set radius=1,1.4
    python benchmarks/tuning.py query2box --set radius=1,2 learning_rate=0.003,0.01

Every combination of the values is fitted on the boolean benchmark's training part. Prints mean
boolean AP on its dev part, and NDCG@10 over all and over the judged products for the development
half of the ESCI queries, best first by the mean of the first two. The test part and the other
queries are not looked at.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import product
from statistics import fmean

from hyperquery import Config, Engine
from hyperquery.evaluation.boolean import BooleanBenchmark, make_benchmark
from hyperquery.evaluation.development import (
    BOOLEAN,
    RETRIEVAL,
    boolean_precision,
    engine_figures,
    vector_figures,
)
from hyperquery.evaluation.judged import JudgedCatalog, data_folder, read_esci
from hyperquery.evaluation.peers.ablations import ABLATIONS
from hyperquery.evaluation.peers.query2box import Query2BoxSystem
from hyperquery.evaluation.peers.query2box_training import train_query2box
from hyperquery.evaluation.peers.vectors import VECTOR_MODELS
from hyperquery.evaluation.table import aligned

SYSTEMS = ("hyperquery", *ABLATIONS, *VECTOR_MODELS, "query2box")
Settings = Mapping[str, float]


def measure(
    system: str, config: Config, chosen: Settings, judged: JudgedCatalog, parts: BooleanBenchmark
) -> dict[str, float]:
    """Fit a system with some settings and return its figures on the dev parts."""
    half, train, dev = judged.development_half(), parts.train, parts.dev
    if system in VECTOR_MODELS:
        kind = VECTOR_MODELS[system]
        kind = replace(kind, settings={**kind.settings, **chosen})
        return vector_figures(kind.fit(train.documents(), config), half, parts)
    if system == "query2box":
        model = train_query2box(train.documents(), config=replace(config, **chosen))
        return {BOOLEAN: boolean_precision(Query2BoxSystem(model, dev.catalog.titles), dev)}
    if system in ABLATIONS:
        config = ABLATIONS[system].config(config)
    fitted = Engine.fit(train.records(), config=replace(config, **chosen))
    return engine_figures(fitted.model, half, dev)


def quality(figures: Mapping[str, float]) -> float:
    """Return the mean of boolean AP and full NDCG@10, or of the one that there is."""
    return fmean(figures[name] for name in (BOOLEAN, RETRIEVAL[0]) if name in figures)


def combinations(grid: Mapping[str, Sequence[float]]) -> Iterator[dict[str, float]]:
    """Return every combination of the values.

    Examples:
        >>> list(combinations({"radius": [1.0, 2.0], "seed": [0]}))
        [{'radius': 1.0, 'seed': 0}, {'radius': 2.0, 'seed': 0}]
    """
    for values in product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def setting(text: str) -> tuple[str, list[float]]:
    """Read a name and its values.

    Raises:
        ArgumentTypeError: If it is no setting of the Config, or a value is no number.

    Examples:
        >>> setting("radius=0.5,1")
        ('radius', [0.5, 1.0])
    """
    name, _, values = text.partition("=")
    kinds = {field.name: field.type for field in fields(Config)}
    if name not in kinds:
        raise argparse.ArgumentTypeError(f"no setting {name!r}; known are {', '.join(kinds)}")
    kind = int if kinds[name] == "int" else float
    try:
        return name, [kind(value) for value in values.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not numbers: {values!r}") from error


def main(arguments: list[str] | None = None) -> None:
    """Fit every combination and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("--dimension", type=int, default=Config().dimension)
    parser.add_argument("--steps", type=int, default=Config().steps)
    parser.add_argument("--set", type=setting, nargs="+", default=[], metavar="NAME=VALUE,VALUE")
    options = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA")
    judged = read_esci(folder)
    parts = make_benchmark(judged.catalog)
    config = Config(dimension=options.dimension, steps=options.steps)
    found = []
    for chosen in combinations(dict(options.set)):
        name = ", ".join(f"{key} {value:g}" for key, value in chosen.items()) or "as it is"
        found.append((name, measure(options.system, config, chosen, judged, parts)))
    found.sort(key=lambda one: -quality(one[1]))
    names = list(found[0][1])
    rows = [[name, *(f"{figures[key]:.3f}" for key in names)] for name, figures in found]
    print(aligned([f"{options.system}, dev", *names], rows))


if __name__ == "__main__":
    main()
