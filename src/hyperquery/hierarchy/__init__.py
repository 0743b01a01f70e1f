"""Taxonomies as networkx graphs, parent to child: reading them, and embedding them as boxes."""

from hyperquery.hierarchy.catalogs import from_catalog
from hyperquery.hierarchy.completion import HeldOut, complete, hold_out
from hyperquery.hierarchy.edge_lists import from_edges, from_graph
from hyperquery.hierarchy.embedding import TaxonomyEmbedding, embed
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.json_trees import from_json_tree
from hyperquery.hierarchy.ranking import RankFigures, RowRanker, rank_pairs, reconstruction
from hyperquery.hierarchy.reading import read_taxonomy
from hyperquery.hierarchy.relations import (
    lowest_common_ancestor,
    roots,
    transitive_closure_edges,
    transitive_reduction,
)
from hyperquery.hierarchy.report import TaxonomyReport
from hyperquery.hierarchy.sarkar import distance_ranker, sarkar
from hyperquery.hierarchy.storage import load_embedding
from hyperquery.hierarchy.text_formats import from_indented_text, from_path_text, from_paths
from hyperquery.hierarchy.wordnet import from_wordnet

__all__ = [
    "HeldOut",
    "RankFigures",
    "RowRanker",
    "TaxonomyEmbedding",
    "TaxonomyError",
    "TaxonomyReport",
    "complete",
    "distance_ranker",
    "embed",
    "from_catalog",
    "from_edges",
    "from_graph",
    "from_indented_text",
    "from_json_tree",
    "from_path_text",
    "from_paths",
    "from_wordnet",
    "hold_out",
    "load_embedding",
    "lowest_common_ancestor",
    "rank_pairs",
    "read_taxonomy",
    "reconstruction",
    "roots",
    "sarkar",
    "transitive_closure_edges",
    "transitive_reduction",
]
