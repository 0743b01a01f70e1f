"""The text-matching models of the ANTHEM paper's comparison, small and trained here.

Each is in its own file; :class:`Matcher` trains one on the pseudo-queries that hyperquery itself
is trained with, and on judgments where there are any, and scores products for a query.
"""

from hyperquery.evaluation.peers.matching.config import MatchingConfig
from hyperquery.evaluation.peers.matching.matcher import Matcher
from hyperquery.evaluation.peers.matching.registry import MODELS

__all__ = ["MODELS", "Matcher", "MatchingConfig"]
