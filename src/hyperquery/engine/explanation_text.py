"""Explanations as text: the query with a margin for each clause, then each term taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hyperquery.engine.clauses import Clause
from hyperquery.engine.columns import cell, padded, shortened, signed, width
from hyperquery.engine.heat_map import LEGEND, heat_map
from hyperquery.engine.reasons import (
    Evidence,
    Faces,
    KnownField,
    Naming,
    TermReason,
    TrigramEvidence,
    WordEffect,
)
from hyperquery.query import FieldEquals, FieldRange, Phrase
from hyperquery.query.pictures import label

if TYPE_CHECKING:
    from hyperquery.engine.explanation import Explanation

_LINE = 100
_MOST_CLAUSES = 100  # lines of the tree
_DEEPEST = 12  # levels of the tree; deeper parts are one line each
_MOST_CHOICES = 6  # on the way from the query to the leaf that decides
_MOST_TERMS = 6
_MOST_AXES = 3
_MOST_WORDS = 6


def explanation_text(explanation: Explanation) -> str:
    """Return an explanation as lines of text; whatever it leaves out it says so."""
    e = explanation
    verdict = f"{'inside' if e.matches else 'outside'}, margin {signed(e.margin)}"
    lines = [
        f"{shortened(str(e.query), _LINE - len(verdict) - 2)}: {verdict}",
        shortened(f"{cell(e.product_id)}  {cell(e.fields['title'])}", _LINE),
        "",
        *_tree(e),
        "",
        *_decision(e),
    ]
    first = [reason for reason in e.terms if reason.text == getattr(e.decisive.query, "text", None)]
    reasons = first + [reason for reason in e.terms if reason not in first]
    for reason in reasons[:_MOST_TERMS]:
        lines += ["", *_term(reason)]
    if len(reasons) > _MOST_TERMS:
        lines += ["", f"… and {len(reasons) - _MOST_TERMS:,} more terms, in .terms"]
    return "\n".join(line.rstrip() for line in lines)


# -- the query ---------------------------------------------------------------------------------


def _tree(explanation: Explanation) -> Iterator[str]:
    """Yield the query's tree with margins, and a mark on the way to the leaf that decides.

    A part that occurs again is not written out again.
    """
    clauses = explanation.clauses
    shown: set[int] = set()
    # The clause, whether its place is on the deciding path, its depth, and what leads the lines.
    todo = [(len(clauses) - 1, True, 0, "", "")]
    lines = 0
    while todo:
        number, deciding, depth, lead, below = todo.pop()
        clause = clauses[number]
        if lines == _MOST_CLAUSES:
            yield f"… and {len(clauses) - len(shown):,} more clauses, in .clauses"
            return
        lines += 1
        again = bool(clause.operands) and number in shown
        shown.add(number)
        cut = bool(clause.operands) and not again and depth == _DEEPEST
        side, mark = "✓" if clause.margin < 0 else "·", "▸" if deciding else " "
        note = " as above" if again else " of deeper clauses, in .clauses" if cut else _note(clause)
        text = f"{side} {signed(clause.margin):>8} {mark} {lead}{label(clause.query)}{note}"
        yield shortened(text, _LINE)
        if again or cut:
            continue
        branch, gap = "└── ", "    "
        for place in reversed(range(len(clause.operands))):
            under = deciding and place == clause.decisive
            todo.append((clause.operands[place], under, depth + 1, below + branch, below + gap))
            branch, gap = "├── ", "│   "


def _note(clause: Clause) -> str:
    if isinstance(clause.query, Phrase | FieldEquals | FieldRange):
        return ": does not hold" if clause.margin == float("inf") else ": holds"
    return ""


def _decision(explanation: Explanation) -> Iterator[str]:
    """Yield which leaf decided, over what and by how much, and the margin without it."""
    e = explanation
    verdict = "keeps the product in" if e.matches else "keeps the product out"
    name = shortened(str(e.decisive.query), 40)
    without = e.without
    if without is None:
        yield f"▸ {name} {verdict}: there is nothing else in the query."
        return
    yield f"▸ {name} {verdict}; without it the margin would be {signed(without)}."
    choices = [e.clauses[number] for number in e.path if e.clauses[number].without is not None]
    for clause in choices[:_MOST_CHOICES]:
        assert clause.decisive is not None
        assert clause.runner_up is not None
        assert clause.gap is not None
        chosen, other = (
            shortened(str(e.clauses[clause.operands[place]].query), 30)
            for place in (clause.decisive, clause.runner_up)
        )
        gap = signed(clause.gap).removeprefix("+")
        yield f"  {label(clause.query)} takes {chosen} over {other}, by {gap}"
    if len(choices) > _MOST_CHOICES:
        yield f"  … and {len(choices) - _MOST_CHOICES:,} more choices below, in .path"


# -- a term ------------------------------------------------------------------------------------


def _term(reason: TermReason) -> Iterator[str]:
    faces, evidence = reason.faces, reason.evidence
    name = cell(reason.text)
    if reason.read_as != reason.text:
        name += f", read as {cell(reason.read_as)}"
    yield shortened(
        f"{name}: {signed(reason.margin)} = {faces.energy:.3f} faces + "
        f"{evidence.energy:.3f} evidence - {reason.edge:.3f} edge",
        _LINE,
    )
    yield f"  faces     {_faces(faces)}"
    yield f"  evidence  {_evidence(evidence)}"
    if evidence.naming:
        yield f"  naming    {_naming(evidence.naming)}"
    if evidence.leanings:
        yield f"  leanings  {_leanings(evidence)}"
    if evidence.field:
        yield f"  field     {_field(evidence.field)}"
    yield from _words("of the product", reason.words)
    if reason.term_words:
        yield from _words("of the term", reason.term_words)
    yield f"  attention of the term (down) to the product: {LEGEND}"
    yield from (
        f"  {line}" for line in heat_map(reason.attention, reason.fields, columns=_LINE - 2)
    )


def _faces(faces: Faces) -> str:
    found = faces.farthest(_MOST_AXES)
    parts = [
        f"axis {axis} {energy:.3f} ({abs(distance):.2f} {_place(upper, distance)})"
        for axis, upper, distance, energy in found
    ]
    rest = len(faces.axes) - len(found)
    if rest:
        others = faces.energy - sum(energy for *_, energy in found)
        parts.append(f"{rest} more {others:.3f}")
    return ", ".join(parts)


def _place(upper: bool, distance: float) -> str:
    if distance > 0:
        return "above" if upper else "below"
    return "under the upper face" if upper else "over the lower face"


def _evidence(evidence: Evidence) -> str:
    lacked = evidence.lacked
    if not lacked:
        return "holds every trigram in its title"
    if not any(trigram.held for trigram in evidence.trigrams):
        return "holds none of the trigrams"
    nowhere = _by_word([trigram for trigram in lacked if not trigram.held])
    elsewhere = _by_word([trigram for trigram in lacked if trigram.held])
    parts = [f"lacks {nowhere}"] if nowhere else []
    parts += [f"not in the title {elsewhere}"] if elsewhere else []
    return shortened("; ".join(parts), _LINE - 12)


def _naming(naming: Naming) -> str:
    named = sorted((word.place, word.word) for word in naming.words if word.place is not None)
    if not named:
        return f"{naming.added:.2f}, not at the beginning of the title"
    places = (f"{cell(word)} as word {place + 1}" for place, word in named)
    return shortened(f"{naming.added:.2f}, {', '.join(places)} of the title", _LINE - 12)


def _leanings(evidence: Evidence) -> str:
    parts = [
        f"{cell(leaning.facet)} {leaning.added:.2f} (the product reaches {leaning.reached:.0%})"
        for leaning in evidence.leanings
    ]
    return shortened(", ".join(parts), _LINE - 12)


def _field(field: KnownField) -> str:
    known = "this one, for which leanings make up" if field.has else "another one"
    return f"{field.added:.2f}, as its {field.name} is known to be {known}"


def _by_word(trigrams: Sequence[TrigramEvidence]) -> str:
    by_word: dict[str, list[str]] = {}
    for trigram in trigrams:
        by_word.setdefault(trigram.word, []).append(f"{trigram.trigram} {trigram.added:.2f}")
    return "; ".join(f"of {word} {', '.join(found)}" for word, found in by_word.items())


def _words(whose: str, effects: Sequence[WordEffect]) -> Iterator[str]:
    """Yield a table of the words that mattered most, and how many more there are."""
    most = sorted(effects, key=lambda effect: -abs(effect.change))[:_MOST_WORDS]
    header = [f"word {whose}", "without it", "attention", ""]
    rows = [
        [
            cell(effect.word),
            signed(effect.change),
            f"{effect.attention:.1%}",
            f"×{effect.lift:.1f}  {', '.join(effect.fields)}",
        ]
        for effect in most
    ]
    rows = [[shortened(text, 40) for text in row] for row in [header, *rows]]
    widths = [max(width(row[column]) for row in rows) for column in range(len(header))]
    for row in rows:
        cells = [
            padded(text, space, right=column in {1, 2})
            for column, (text, space) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells)
    if len(effects) > len(most):
        yield f"  … and {len(effects) - len(most):,} more words"
