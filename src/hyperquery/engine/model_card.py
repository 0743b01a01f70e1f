"""What a saved engine says about itself to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperquery.engine.engine import Engine


def model_card(engine: Engine) -> str:
    """Return the README of a saved engine, as Markdown."""
    config, model = engine.model.config, engine.model
    fields = ", ".join(engine.collection.schema.kinds)
    parameters = sum(weights.numel() for weights in model.encoder.parameters())
    facets = len(model.facets)
    return f"""# A hyperquery engine

{len(engine):,} product{"s"[: len(engine) != 1]}, with the fields {fields}.

    import hyperquery
    engine = hyperquery.load("this folder")
    print(engine.search("a query"))

| | |
|---|---|
| model | ANTHEM: a term is a box in hyperbolic space, a product a point |
| dimensions | {config.dimension} |
| curvature | {-model.curvature:.3f} |
| parameters | {parameters:,} |
| vocabulary | {len(model.vocabulary):,} trigrams, {len(model.vocabulary.pieces):,} longer pieces |
| learned from | titles, brands, colors and categories; {facets:,} of the latter three as sets |
| seed | {config.seed} |

It knows the words of the products that it was trained on, and is no judge of others: after products
of new kinds have been added, fit a new one. The files are JSON, safetensors and Parquet; nothing in
them is executed."""
