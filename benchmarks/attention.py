"""Does attention tell which words matter? Shares of attention against leaving words out.

    python benchmarks/attention.py

For random words of random products, made into terms as in training, and products among the 30
nearest: how each of the product's words ranks by attention, and by what the margin would be without
it. Prints the mean correlation of the two over all pairs, on the bundled demo catalog.
"""

from __future__ import annotations

import argparse

import numpy as np

from hyperquery import Term
from hyperquery.anthem.documents import PseudoQueries
from hyperquery.demo import demo_engine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    engine = demo_engine()
    queries = PseudoQueries(engine.catalog.documents(), engine.model.config.facet_share)
    found: dict[str, list[float]] = {"attention": [], "self-attention alone": []}
    while len(found["attention"]) < arguments.pairs:
        term = Term(" ".join(queries.make(int(rng.integers(len(engine))), rng)))
        product = engine.search(term, k=30)[int(rng.integers(30))].id
        words = engine.explain(term, product).terms[0].words
        changes = [word.change for word in words]
        attention = [word.attention for word in words]
        alone = [word.attention / word.lift for word in words]
        found["attention"].append(np.corrcoef(attention, changes)[0, 1])
        found["self-attention alone"].append(np.corrcoef(alone, changes)[0, 1])
    for name, correlations in found.items():
        print(f"{name:22} {np.mean(correlations):+.2f} over {len(correlations)} pairs")


if __name__ == "__main__":
    main()
