"""Do general terms have larger hyperboloids, and does "fire" contain "fire tv"?

    python benchmarks/generality.py [--steps 600] [--evidence 0.3]     fits the ESCI catalog
    python benchmarks/generality.py --engine FOLDER                    takes a saved engine
    python benchmarks/generality.py --demo                             takes the bundled engine

Nothing tells the model that a term is above another one. Of terms with at least 5 products, facets
(brands, colors, category names) and single words of titles: Spearman's correlation of the number of
products with the size of the hyperboloid, in several senses. Then pairs of a word and a two-word
phrase of the titles that holds it: how much of the longer one's region is in the shorter one's, and
the other way round. A region is the set of the catalog's products in it, for lack of another
measure of volume that means something in 64 dimensions. "with evidence" is the region that a search
uses; the hyperboloid alone has the edge that was calibrated for the sum of both energies, so its
sets are too large. Chance is 0 for correlations and .5 for shares of pairs.
Writes benchmarks/out/generality.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from hyperquery import Config, Engine, load
from hyperquery.anthem.documents import known_facets
from hyperquery.anthem.text import words
from hyperquery.evaluation.judged import data_folder, read_esci
from hyperquery.evaluation.provenance import provenance
from hyperquery.evaluation.table import aligned, p_cell
from hyperquery.query import Term

OUT = Path(__file__).parent / "out" / "generality.json"
FEWEST_PRODUCTS = 5
PACKAGES = ("hyperquery", "numpy", "torch", "scipy")

Mask = npt.NDArray[np.bool_]
Pair = tuple[str, str]
"""A word, and a phrase of two words that holds it."""


class Sizes:
    """How large a term is, in several senses.

    Args:
        engine: over the catalog.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.inside = cache(self._inside)
        self.inside_alone = cache(self._inside_alone)
        self.measures: dict[str, Callable[[str], float]] = {
            "mean limit (geodesic)": self.limit,
            "mean half width between faces (axial)": self.width,
            "edge": lambda term: engine.hyperboloid(term).edge,
            "products inside, hyperboloid alone": lambda term: float(self.inside_alone(term).sum()),
            "products inside, with evidence": lambda term: float(self.inside(term).sum()),
        }

    def limit(self, term: str) -> float:
        """Return the mean distance from the centroid to the faces."""
        return float(self._engine.hyperboloid(term).limit.mean())

    def width(self, term: str) -> float:
        """Return half the mean distance between the faces of a pair, in axial coordinates."""
        return self._engine.hyperboloid(term).size

    def _inside(self, term: str) -> Mask:
        return np.asarray(self._engine.region(Term(term)).contains(self._engine.points))

    def _inside_alone(self, term: str) -> Mask:
        return np.asarray(self._engine.hyperboloid(term).contains(self._engine.points))


def facet_counts(engine: Engine) -> dict[str, int]:
    """Return the number of products of each facet that has enough of them."""
    known = known_facets(engine.catalog.documents())
    return _frequent({" ".join(facet) for facet, _ in facets} for facets in known)


def word_counts(engine: Engine) -> dict[str, int]:
    """Return the number of titles that hold each word, of those in enough of them."""
    return _frequent(set(words(title)) for title in engine.catalog.titles)


def phrase_pairs(engine: Engine) -> list[Pair]:
    """Return every two-word phrase of enough titles, with either of its words."""
    phrases = _frequent(set(pairwise(words(title))) for title in engine.catalog.titles)
    return [(word, " ".join(phrase)) for phrase in phrases for word in dict.fromkeys(phrase)]


def _frequent(of_products: Iterable[set[Any]]) -> dict[Any, int]:
    counts = Counter(thing for found in of_products for thing in found)
    return {thing: counts[thing] for thing in sorted(counts) if counts[thing] >= FEWEST_PRODUCTS}


@dataclass(frozen=True)
class Correlation:
    """Spearman's correlation of a size with the number of products.

    Attributes:
        rho: from -1 to 1.
        p_value: how likely chance alone gives one as far from 0.
    """

    rho: float
    p_value: float


def correlations(sizes: Sizes, counts: dict[str, int]) -> dict[str, Correlation]:
    """Return the correlation of each size with the number of products."""
    found = {}
    for name, size in sizes.measures.items():
        result = stats.spearmanr([size(term) for term in counts], list(counts.values()))
        found[name] = Correlation(float(result.statistic), float(result.pvalue))
    return found


@dataclass(frozen=True)
class Containment:
    """How pairs of a word and a phrase contain each other.

    Attributes:
        pairs: that could be compared.
        forward: share of pairs in which the word contains the phrase more than the reverse.
        reverse: share in which it is the other way round; the others contain each other alike.
        degree: mean share of the phrase that is in the word; None where there are no degrees.
        reverse_degree: mean share of the word that is in the phrase.
    """

    pairs: int
    forward: float
    reverse: float
    degree: float | None = None
    reverse_degree: float | None = None


def by_sets(inside: Callable[[str], Mask], pairs: Sequence[Pair]) -> Containment:
    """Compare the products inside; pairs of which one holds no product are left out."""
    degrees = []
    for word, phrase in pairs:
        general, special = inside(word), inside(phrase)
        if general.any() and special.any():
            shared = int((general & special).sum())
            degrees.append((shared / int(special.sum()), shared / int(general.sum())))
    return _compared(degrees, with_degrees=True)


def by_faces(engine: Engine, pairs: Sequence[Pair]) -> Containment:
    """Compare on how many axes one's faces enclose the other's."""

    def share(outer: str, inner: str) -> float:
        large, small = engine.hyperboloid(outer), engine.hyperboloid(inner)
        return float(((large.lower <= small.lower) & (large.upper >= small.upper)).mean())

    degrees = [(share(word, phrase), share(phrase, word)) for word, phrase in pairs]
    return _compared(degrees, with_degrees=True)


def by_centroids(engine: Engine, pairs: Sequence[Pair]) -> Containment:
    """Compare whose centroid is deeper in the other's hyperboloid."""

    def depth(outer: str, inner: str) -> float:
        centroid = engine.hyperboloid(inner).centroid[None]
        return -float(engine.hyperboloid(outer).margin(centroid)[0])

    return _compared([(depth(word, phrase), depth(phrase, word)) for word, phrase in pairs])


def by_size(size: Callable[[str], float], pairs: Sequence[Pair]) -> Containment:
    """Compare which one is larger."""
    return _compared([(size(word), size(phrase)) for word, phrase in pairs])


def _compared(degrees: Sequence[tuple[float, float]], with_degrees: bool = False) -> Containment:
    if not degrees:
        return Containment(0, 0.0, 0.0)
    found = Containment(
        len(degrees),
        fmean(float(forward > reverse) for forward, reverse in degrees),
        fmean(float(forward < reverse) for forward, reverse in degrees),
    )
    if not with_degrees:
        return found
    forward, reverse = (fmean(values) for values in zip(*degrees, strict=True))
    return Containment(found.pairs, found.forward, found.reverse, forward, reverse)


def containments(engine: Engine, sizes: Sizes, pairs: Sequence[Pair]) -> dict[str, Containment]:
    """Return how the pairs contain each other, in several senses."""
    return {
        "products inside, with evidence": by_sets(sizes.inside, pairs),
        "products inside, hyperboloid alone": by_sets(sizes.inside_alone, pairs),
        "axes whose faces enclose": by_faces(engine, pairs),
        "centroid deeper inside": by_centroids(engine, pairs),
        "larger mean limit": by_size(sizes.limit, pairs),
    }


def correlation_table(found: dict[str, dict[str, Correlation]], numbers: dict[str, int]) -> str:
    head = [f"{kind} ({numbers[kind]:,})" for kind in found]
    rows = [
        [
            name,
            *(
                part
                for of in found.values()
                for part in (f"{of[name].rho:+.2f}", p_cell(of[name].p_value))
            ),
        ]
        for name in next(iter(found.values()))
    ]
    return aligned(["Spearman's rho with products", *(p for h in head for p in (h, "p"))], rows)


def containment_table(found: dict[str, Containment]) -> str:
    def shown(value: float | None) -> str:
        return "" if value is None else f"{value:.3f}"

    rows = [
        [
            name,
            f"{c.pairs:,}",
            shown(c.forward),
            shown(c.reverse),
            shown(c.degree),
            shown(c.reverse_degree),
        ]
        for name, c in found.items()
    ]
    head = ["", "pairs", "word contains more", "phrase contains more", "phrase in word", "reverse"]
    return aligned(head, rows)


def engine_of(options: argparse.Namespace) -> Engine:
    """Return the engine to look at."""
    if options.demo:
        from hyperquery.demo import demo_engine

        return demo_engine()
    if options.engine is not None:
        return load(options.engine)
    folder = data_folder()
    if folder is None:
        sys.exit("skipped: no shared data; name its folder in HYPERQUERY_DATA, or give --demo")
    config = Config(
        dimension=options.dimension,
        steps=options.steps,
        seed=options.seed,
        evidence_weight=options.evidence,
        lateness_weight=Config().lateness_weight * options.evidence,
        leaning_weight=options.evidence,
    )
    return Engine.fit(read_esci(folder).catalog.records(), config=config)


def main(arguments: list[str] | None = None) -> None:
    """Look, print both tables, write the JSON."""
    defaults = Config()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--demo", action="store_true", help="the bundled engine")
    parser.add_argument("--engine", type=Path, help="the folder of a saved engine")
    parser.add_argument("--dimension", type=int, default=defaults.dimension)
    parser.add_argument("--steps", type=int, default=defaults.steps)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--evidence", type=float, default=defaults.evidence_weight)
    engine = engine_of(options := parser.parse_args(arguments))
    sizes = Sizes(engine)
    kinds = {"facets": facet_counts(engine), "words": word_counts(engine)}
    correlated = {kind: correlations(sizes, counts) for kind, counts in kinds.items()}
    contained = containments(engine, sizes, phrase_pairs(engine))
    print(f"{len(engine):,} products, {engine.model.config.dimension} dimensions\n")
    print(correlation_table(correlated, {kind: len(counts) for kind, counts in kinds.items()}))
    print()
    print(containment_table(contained))
    OUT.parent.mkdir(exist_ok=True)
    result = {
        **provenance(PACKAGES),
        "products": len(engine),
        "engine": "bundled" if options.demo else "saved" if options.engine else "fitted",
        "config": engine.model.config.to_dict(),
        "correlations": {
            kind: {name: asdict(one) for name, one in of.items()} for kind, of in correlated.items()
        },
        "containment": {name: asdict(one) for name, one in contained.items()},
    }
    OUT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
