"""Hierarchies as networkx graphs, parent to child: read, embedded, learned from an engine."""

from hyperquery.hierarchy.aligning import Aligner, Alignment, shared_names
from hyperquery.hierarchy.catalogs import from_catalog
from hyperquery.hierarchy.completion import HeldOut, complete, hold_out
from hyperquery.hierarchy.disagreements import Disagreements, disagreements
from hyperquery.hierarchy.edge_lists import from_edges, from_graph
from hyperquery.hierarchy.embedding import TaxonomyEmbedding, embed
from hyperquery.hierarchy.errors import TaxonomyError
from hyperquery.hierarchy.exports import write_graph
from hyperquery.hierarchy.grouping import Group, group
from hyperquery.hierarchy.json_trees import from_json_tree
from hyperquery.hierarchy.learned import LearnedHierarchy
from hyperquery.hierarchy.learning import learn
from hyperquery.hierarchy.misplacing import Misplaced, misplaced
from hyperquery.hierarchy.placements import Placement, ancestor_f1
from hyperquery.hierarchy.placing import Placer
from hyperquery.hierarchy.ranging import children_of, siblings_of, under
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
from hyperquery.hierarchy.walking import Step, generalize, specialize
from hyperquery.hierarchy.wordnet import from_wordnet

__all__ = [
    "Aligner",
    "Alignment",
    "Disagreements",
    "Group",
    "HeldOut",
    "LearnedHierarchy",
    "Misplaced",
    "Placement",
    "Placer",
    "RankFigures",
    "RowRanker",
    "Step",
    "TaxonomyEmbedding",
    "TaxonomyError",
    "TaxonomyReport",
    "ancestor_f1",
    "children_of",
    "complete",
    "disagreements",
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
    "generalize",
    "group",
    "hold_out",
    "learn",
    "load_embedding",
    "lowest_common_ancestor",
    "misplaced",
    "rank_pairs",
    "read_taxonomy",
    "reconstruction",
    "roots",
    "sarkar",
    "shared_names",
    "siblings_of",
    "specialize",
    "transitive_closure_edges",
    "transitive_reduction",
    "under",
    "write_graph",
]
