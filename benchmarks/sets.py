"""How right are matching sets, of products with known fields and of those known by title alone?

    python benchmarks/sets.py [--seeds 0 1 2] [--steps 400]

A model is fitted on the training part of the boolean benchmark, and each of its terms (brands,
colors, category names) asked alone: of the products that it was fitted on; of the test part's
products, which come later with all their fields; and of the same by title alone, as the boolean
benchmark has them. The truth is the fields, so terms are left out that mean a word and not a field,
as far more titles name them than fields have them; and pairs in which a field says the term with
more words, "matte black" for black, are neither right nor wrong. Precision, recall and F1 are over
all other pairs of a term and a product; means over the seeds, with their standard deviation. Writes
benchmarks/out/sets.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from hyperquery import Config, Engine
from hyperquery.anthem.documents import known_facets
from hyperquery.anthem.text import words
from hyperquery.engine.catalog import Catalog
from hyperquery.evaluation.boolean import make_benchmark, terms_of
from hyperquery.evaluation.judged import data_folder, read_esci
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.table import aligned, cell
from hyperquery.query import Term

OUT = Path(__file__).parent / "out" / "sets.json"
PACKAGES = ("hyperquery", "numpy", "torch")
MEASURES = ("precision", "recall", "F1")


def right(engine: Engine, known: Catalog, terms: tuple[str, ...]) -> list[float]:
    """Return precision, recall and F1 of the terms' matching sets.

    Args:
        engine: over the products.
        known: the same products with all their fields, in the same order.
        terms: to ask.
    """
    held = [frozenset(terms_of(known, row)) for row in range(len(known))]
    said = [*map(engine.model.leanings.places.said, known_facets(known.documents()))]
    both = found = true = 0
    for term in terms:
        facet = tuple(words(term))
        inside = np.asarray(engine.region(Term(term)).contains(engine.points))
        members = np.array([term in of_product for of_product in held])
        clear = members | ~np.array([facet in of_product for of_product in said])
        both += int((inside & members).sum())
        found += int((inside & clear).sum())
        true += int(members.sum())
    return [both / max(1, found), both / max(1, true), 2 * both / max(1, found + true)]


def main(arguments: list[str] | None = None) -> None:
    """Fit, ask, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--steps", type=int, default=Config().steps)
    options = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA")
    catalog = read_esci(folder).catalog
    parts = make_benchmark(catalog)
    later = catalog.select(np.array([catalog.positions[one] for one in parts.test.catalog.ids]))
    found: dict[str, list[list[float]]] = {}
    numbers = []
    for seed in options.seeds:
        config = Config(seed=seed, steps=options.steps)
        fitted = Engine.fit(parts.train.records(), config=config)
        terms = tuple(term for term in parts.terms if tuple(words(term)) in fitted.model.facets)
        numbers.append(len(terms))
        for name, engine, known in (
            ("fitted on, with fields", fitted, parts.train),
            ("new, with fields", Engine(later, fitted.model), later),
            ("new, by title alone", Engine(parts.test.catalog, fitted.model), later),
        ):
            found.setdefault(name, []).append(right(engine, known, terms))
    rows = [
        [name, *(cell(list(values)) for values in zip(*runs, strict=True))]
        for name, runs in found.items()
    ]
    print(aligned([f"{max(numbers)} terms, products", *MEASURES], rows))
    OUT.parent.mkdir(exist_ok=True)
    settings = {"seeds": options.seeds, "steps": options.steps, "terms": numbers}
    result = {**provenance(PACKAGES), **settings, "measures": MEASURES, "sets": found}
    OUT.write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
