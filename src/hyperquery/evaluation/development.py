"""Single figures of a system, for choosing settings and for comparing fits over seeds.

Settings are chosen on the boolean benchmark's dev part and on the judged queries' development half;
the same figures of the test part and of all queries are for reporting.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

from hyperquery.anthem.model import Model
from hyperquery.engine.engine import Engine
from hyperquery.evaluation.boolean import BooleanBenchmark, Part
from hyperquery.evaluation.boolean_figures import BooleanSystem
from hyperquery.evaluation.boolean_figures import figures as boolean_figures
from hyperquery.evaluation.boolean_queries import SHALLOW
from hyperquery.evaluation.boolean_systems import EngineSystem
from hyperquery.evaluation.judged import JudgedCatalog
from hyperquery.evaluation.peers.vectors import VectorScorer, vector_system
from hyperquery.evaluation.ranking import figures as ranking_figures
from hyperquery.evaluation.ranking import rank
from hyperquery.evaluation.scorer import EngineScorer, Scorer

BOOLEAN = "boolean AP"
RETRIEVAL = ("full NDCG@10", "rerank NDCG@10")


def boolean_precision(system: BooleanSystem, part: Part) -> float:
    """Return the mean average precision over a part's queries of the shallow structures."""
    shallow = replace(part, queries={name: part.queries[name] for name in SHALLOW})
    return fmean(boolean_figures(system, shallow)["AP"])


def retrieval_figures(scorer: Scorer, judged: JudgedCatalog) -> dict[str, float]:
    """Return NDCG@10 over all products and over the judged ones, means over the queries."""
    found = ranking_figures(judged, rank(judged, scorer.scores))
    return {name: fmean(found[name]) for name in RETRIEVAL}


def engine_figures(model: Model, judged: JudgedCatalog, part: Part) -> dict[str, float]:
    """Return the figures of a model of hyperquery; judged queries are read as plain text.

    Args:
        model: trained on the boolean benchmark's training part, or on whatever is to be compared.
        judged: the queries to rank for, over all products of its catalog.
        part: the boolean queries to answer.
    """
    system = EngineSystem(Engine(part.catalog, model))
    found = {BOOLEAN: boolean_precision(system, part)}
    engine = Engine(judged.catalog, model)
    return found | retrieval_figures(EngineScorer(engine, syntax=False), judged)


def vector_figures(
    model: Model, judged: JudgedCatalog, benchmark: BooleanBenchmark
) -> dict[str, float]:
    """Return the figures of a vector model on the dev part.

    Args:
        model: trained on the training part.
        judged: the queries to rank for.
        benchmark: of the boolean queries.
    """
    system = vector_system(model, benchmark, benchmark.dev)
    found = {BOOLEAN: boolean_precision(system, benchmark.dev)}
    return found | retrieval_figures(VectorScorer(model, judged.texts_as_read()), judged)
