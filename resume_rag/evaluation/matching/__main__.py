"""Print the table of matching: ``python -m resume_rag.evaluation.matching [--errors]``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, get_args

import typer

from resume_rag.embedding import OnnxEmbeddings
from resume_rag.evaluation.matching.pairs import Half, Pair, read_pairs
from resume_rag.evaluation.matching.scoring import judge_pair, score_pairs
from resume_rag.facts import find_facts
from resume_rag.matching import find_targets, match_targets
from resume_rag.schema import Target
from resume_rag.text import squeeze

TODAY = date(2026, 11, 23)


def match_pair(pair: Pair, embeddings: OnnxEmbeddings) -> Sequence[Target]:
    """The targets of a pair's post, as the chain would have them."""
    targets, facts = find_targets(pair.post), find_facts(pair.resume)
    asked = embeddings.embed_texts([squeeze(target.text) for target in targets])
    held = embeddings.embed_texts([squeeze(fact.text) for fact in facts])
    return match_targets(targets, facts, (asked @ held.T).tolist(), today=TODAY, resume=pair.resume)


def main(errors: Annotated[bool, typer.Option(help="Name each wrong requirement of the tuned half.")] = False) -> None:
    """Score both halves of the labelled set."""
    embeddings = OnnxEmbeddings()
    scores = {half: score_pairs(read_pairs(half), lambda pair: match_pair(pair, embeddings)) for half in get_args(Half)}
    typer.echo("| | " + " | ".join(f"{half} ({score.pairs} pairs)" for half, score in scores.items()) + " |")
    typer.echo("|---" * (len(scores) + 1) + "|")
    rows = {half: score.shares() for half, score in scores.items()}
    for share in rows["tuned"]:
        cells = (_render_share(*rows[half][share]) for half in rows)
        typer.echo(f"| {share} | " + " | ".join(cells) + " |")
    if errors:
        for pair in read_pairs("tuned"):
            _show_errors(pair, match_pair(pair, embeddings))


def _render_share(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "-"


def _show_errors(pair: Pair, targets: Sequence[Target]) -> None:
    judged, strays = judge_pair(pair, targets)
    facts = {fact.id: squeeze(fact.text) for fact in find_facts(pair.resume)}
    typer.echo(f"\n{pair.name}")
    for one in judged:
        wanted = squeeze(pair.post[one.requirement.start : one.requirement.end])
        pieces = " / ".join(squeeze(target.text) for target in one.targets)
        if not one.is_found:
            typer.echo(f"  not found: {wanted} [{pieces}]")
        elif len(one.targets) > 1:
            typer.echo(f"  in pieces: {pieces}")
        if one.is_found and one.is_supported != bool(one.requirement.fact_ids):
            ids = one.fact_ids or tuple(sorted(one.requirement.fact_ids))
            verdict = "falsely supported" if one.is_supported else "falsely a gap"
            typer.echo(f"  {verdict}: {pieces} <- " + "; ".join(f"{fact_id} {facts[fact_id]}" for fact_id in ids))
        elif one.is_supported and one.fact_ids[0] not in one.requirement.fact_ids:
            typer.echo(f"  other fact: {pieces} <- {one.fact_ids[0]} {facts[one.fact_ids[0]]}")
    for target in strays:
        typer.echo(f"  no requirement: {squeeze(target.text)}")


if __name__ == "__main__":
    typer.run(main)
