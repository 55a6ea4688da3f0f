"""How well job posts are reduced to targets and split into supported and gaps, on labelled pairs of resume and post."""

from resume_rag.evaluation.matching.pairs import Half, Pair, Requirement, parse_pair, read_pairs
from resume_rag.evaluation.matching.scoring import Judged, Score, judge_pair, score_pairs

__all__ = ["Half", "Judged", "Pair", "Requirement", "Score", "judge_pair", "parse_pair", "read_pairs", "score_pairs"]
