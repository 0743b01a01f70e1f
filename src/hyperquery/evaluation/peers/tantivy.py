"""The keyword engine peer: tantivy, which answers boolean queries natively."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import tantivy

from hyperquery import query as q
from hyperquery.evaluation.errors import EvaluationError
from hyperquery.evaluation.scorer import Scores

Words = Literal["all", "any"]
"""Which of a term's words a product needs."""

_TEXT, _ROW = "text", "row"
_MEMORY = 50_000_000  # bytes of the writer's buffer; it wants at least 15 million
_LONGEST_WORD = 40
_DEEPEST = 200  # tantivy walks queries recursively and overflows its stack somewhere above 300

_must, _should, _must_not = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


class Tantivy:
    """A keyword index over texts with English stems, scored by BM25.

    Its analysis is tantivy's own ``en_stem``: words of letters and digits, lower case, stemmed,
    no stop words.

    Args:
        texts: one for each product.

    Examples:
        >>> index = Tantivy(["two red kettles", "a red tent", "a blue pan"])
        >>> index.boolean_matches(q.parse("red AND NOT kettle"))
        array([False,  True, False])
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        self._products = len(texts)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field(_TEXT, tokenizer_name="english")
        builder.add_unsigned_field(_ROW, fast=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        index.register_tokenizer("english", self._analyzer)
        writer = index.writer(_MEMORY, num_threads=1)  # one thread: the same index every time
        for row, text in enumerate(texts):
            document = tantivy.Document()
            document.add_text(_TEXT, text)
            document.add_unsigned(_ROW, row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def scores(self, query: str) -> Scores:
        """Return the score of each product for a plain query, any of its words, (products,).

        A product with none of the words has 0.
        """
        return self._search(self._term(query, "any"), absent=0.0)

    def boolean_scores(self, query: q.Query, words: Words = "all") -> Scores:
        """Return the score of each product for a boolean query, (products,).

        What a negation keeps has 0 for it, as it has nothing to be scored by; a product that does
        not match has -inf.

        Args:
            query: an expression without field conditions.
            words: whether a term needs all of its words, as a match is commonly understood, or
                any of them, which ranks better where terms are names that titles cut short.

        Raises:
            EvaluationError: If the expression has field conditions, or is nested too deeply.
        """
        return self._search(self._native(query, words), absent=-np.inf)

    def boolean_matches(self, query: q.Query, words: Words = "all") -> npt.NDArray[np.bool_]:
        """Return which products match a boolean query, (products,); see :meth:`boolean_scores`."""
        return self.boolean_scores(query, words) > -np.inf

    def best(self, query: q.Query, k: int, words: Words = "all") -> npt.NDArray[np.int64]:
        """Return the k products that score best for a boolean query, best first.

        Args:
            query: an expression without field conditions.
            k: the most to return.
            words: see :meth:`boolean_scores`.
        """
        hits = self._searcher.search(self._native(query, words), limit=k, count=False).hits
        addresses = [address for _, address in hits]
        rows = self._searcher.fast_field_values(_ROW, addresses) if addresses else []
        return np.array(rows, dtype=np.int64)

    def _search(self, native: tantivy.Query, absent: float) -> Scores:
        scores = np.full(self._products, absent, dtype=np.float32)
        hits = self._searcher.search(native, limit=max(1, self._products), count=False).hits
        if hits:
            found, addresses = zip(*hits, strict=True)
            rows = self._searcher.fast_field_values(_ROW, list(addresses))
            scores[np.array(rows, dtype=np.int64)] = found
        return scores

    def _native(self, query: q.Query, words: Words) -> tantivy.Query:
        """Return tantivy's form of an expression, a tree of the same shape."""
        if q.fold(query, _depth) > _DEEPEST:
            raise EvaluationError(
                f"the query is nested more than {_DEEPEST} levels deep, at which tantivy may "
                f"overflow its stack: flatten it with query.simplify()"
            )

        def combine(node: q.Query, operands: list[tantivy.Query]) -> tantivy.Query:
            match node:
                case q.Term():
                    return self._term(node.text, words)
                case q.Phrase():
                    return self._phrase(node.text)
                case q.And():
                    return _joined(_must, operands)
                case q.Or():
                    return _joined(_should, operands)
                case q.Not():
                    return tantivy.Query.boolean_query(
                        [(_must, _everything()), (_must_not, operands[0])]
                    )
                case q.Boost():
                    return tantivy.Query.boost_query(operands[0], node.weight)
                case q.AtLeast():
                    return tantivy.Query.boolean_query(
                        [(_should, operand) for operand in operands],
                        minimum_number_should_match=node.count,
                    )
                case q.Everything():
                    return _everything()
                case q.Nothing():
                    return tantivy.Query.empty_query()
            raise EvaluationError(
                f"tantivy's index holds one text for each product and cannot answer {node}: leave "
                f"field conditions out"
            )

        return q.fold(query, combine)

    def _term(self, text: str, words: Words) -> tantivy.Query:
        return _joined(_must if words == "all" else _should, self._stems(text))

    def _phrase(self, text: str) -> tantivy.Query:
        stems = self._analyzer.analyze(text)
        if len(stems) < 2:  # tantivy's phrase needs two words
            return self._term(text, "all")
        return tantivy.Query.phrase_query(self._schema, _TEXT, list(stems))

    def _stems(self, text: str) -> list[tantivy.Query]:
        stems = self._analyzer.analyze(text)
        return [tantivy.Query.term_query(self._schema, _TEXT, stem) for stem in stems]


def _joined(occur: tantivy.Occur, operands: Sequence[tantivy.Query]) -> tantivy.Query:
    """Join queries; none of them, as of a term without a word, is found nowhere."""
    return tantivy.Query.boolean_query([(occur, operand) for operand in operands])


def _everything() -> tantivy.Query:
    return tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)


def _depth(node: q.Query, depths: list[int]) -> int:
    return 1 + max(depths, default=0)
