"""The text-matching models by name."""

from __future__ import annotations

from hyperquery.evaluation.peers.matching.anmm import ANMM
from hyperquery.evaluation.peers.matching.arcii import ARCII
from hyperquery.evaluation.peers.matching.cdssm import CDSSM
from hyperquery.evaluation.peers.matching.drmm import DRMM
from hyperquery.evaluation.peers.matching.duet import DUET
from hyperquery.evaluation.peers.matching.knrm import KNRM
from hyperquery.evaluation.peers.matching.matchpyramid import MatchPyramid
from hyperquery.evaluation.peers.matching.mvlstm import MVLSTM
from hyperquery.evaluation.peers.matching.scorer import Scorer

MODELS: dict[str, type[Scorer]] = {
    "ARC-II": ARCII,
    "KNRM": KNRM,
    "DUET": DUET,
    "DRMM": DRMM,
    "aNMM": ANMM,
    "MatchPyramid": MatchPyramid,
    "C-DSSM": CDSSM,
    "MV-LSTM": MVLSTM,
}
"""The classes of the models, by the names that their papers give them."""
