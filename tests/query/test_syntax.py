"""What the language means: one line for each decision."""

import pytest

from hyperquery.query import (
    And,
    AtLeast,
    Boost,
    Everything,
    FieldEquals,
    FieldRange,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    QueryTypeError,
    Term,
    parse,
)

a, b, c, d = (Term(name) for name in "abcd")
fire, kindle = Term("fire"), Term("kindle")


@pytest.mark.parametrize("text", ["a AND b", "a and b", "a And b", "a & b", "a && b", "a with b"])
def test_intersection(text: str) -> None:
    assert parse(text) == And(a, b)


@pytest.mark.parametrize("text", ["a OR b", "a or b", "a | b", "a || b", "a|b"])
def test_union(text: str) -> None:
    assert parse(text) == Or(a, b)


@pytest.mark.parametrize("text", ["NOT a", "not a", "-a", "!a", "- a", "without a", "except a"])
def test_complement(text: str) -> None:
    assert parse(text) == Not(a)


@pytest.mark.parametrize(
    "text",
    [
        "a -b",
        "a - b",
        "a !b",
        "a NOT b",
        "a AND NOT b",
        "a and not b",
        "a without b",
        "a but not b",
        "a BUT  NOT b",
        "a but without b",
        "a except b",
        "a & !b",
        "(a)-b",
    ],
)
def test_difference(text: str) -> None:
    assert parse(text) == And(a, Not(b))


def test_the_connectives_of_the_article() -> None:
    assert parse("Fire TV stick with Alexa") == And(Term("Fire TV stick"), Term("Alexa"))
    assert parse("Fire or Kindle") == Or(Term("Fire"), Term("Kindle"))
    assert parse("wine glasses without stem") == And(Term("wine glasses"), Not(Term("stem")))
    assert parse("(Fire OR Kindle) AND tablet") == And(
        Or(Term("Fire"), Term("Kindle")), Term("tablet")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a AND b AND c", And(a, b, c)),
        ("a & b with c and d", And(a, b, c, d)),
        ("(a AND b) AND c", And(And(a, b), c)),
        ("a AND (b AND c)", And(a, And(b, c))),
        ("a OR b OR c", Or(a, b, c)),
        ("(a OR b) OR c", Or(Or(a, b), c)),
        ("a OR b AND c", Or(a, And(b, c))),
        ("a AND b OR c", Or(And(a, b), c)),
        ("a OR NOT b AND c", Or(a, And(Not(b), c))),
        ("NOT (a OR b)", Not(Or(a, b))),
        ("NOT NOT a", Not(Not(a))),
        ("--a", Not(Not(a))),
        ("a XOR b", Or(And(a, Not(b)), And(Not(a), b))),
        ("a xor b OR c", Or(Or(And(a, Not(b)), And(Not(a), b)), c)),
        ("a XOR b c", parse("a XOR (b c)")),
        ("a without b or c", Or(And(a, Not(b)), c)),
        ("a without (b or c)", And(a, Not(Or(b, c)))),
        ("a without b without c", And(a, Not(b), Not(c))),
        ("((((a))))", a),
        ("+a +b -c", And(a, b, Not(c))),
    ],
)
def test_precedence_and_grouping(text: str, expected: Query) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fire tv stick", Term("fire tv stick")),
        ("  fire \t\n tv ", Term("fire tv")),
        ("fire (a OR b)", And(fire, Or(a, b))),
        ("(a) (b)", And(a, b)),
        ('fire "tv stick"', And(fire, Phrase("tv stick"))),
        ("fire brand:Amazon kindle", And(fire, FieldEquals("brand", "Amazon"), kindle)),
        ("a (b) OR c", Or(And(a, b), c)),
        ('a AND b "c" d', And(a, b, Phrase("c"), d)),
    ],
)
def test_adjacency(text: str, expected: Query) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fire kindle", And(fire, kindle)),
        ("fire kindle^2", And(fire, Boost(kindle, 2))),
        ("fire kindle OR a", Or(And(fire, kindle), a)),
        ("NOT fire kindle", And(Not(fire), kindle)),
        (r"fire\ kindle", Term("fire kindle")),
        ('"fire kindle"', Phrase("fire kindle")),
        ("2 of (a b, c)", AtLeast(2, And(a, b), c)),
    ],
)
def test_adjacency_as_intersection(text: str, expected: Query) -> None:
    assert parse(text, adjacent="and") == expected


@pytest.mark.parametrize(
    "word",
    [
        "t-shirt",
        "wi-fi",
        "usb-c",
        "1/2",
        "AT&T",
        "H&M",
        "M&M's",
        '10.1"',
        "10.1”",
        "men's",
        "1,000",
        "Yahoo!",
        "Disney+",
        "C++",
        "50%",
        "#1",
        "@home",
        "$5",
        "16:9",
        "5*",
        "Wars:",
        ":",
        "android",
        "nothing",
        "oriental",
        "within",
        "not-for-sale",
        "and/or",
        "but",
        "of",
        "to",
        "café",
        "日本語タブレット",
        "планшет",
        "🎧",
        "~a",
        "a;b",
        "x?",
    ],
)
def test_characters_of_words(word: str) -> None:
    assert parse(word) == Term(word)
    assert parse(f"x {word} y") == Term(f"x {word} y")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"salt \and pepper", Term("salt and pepper")),
        (r"\-20 degrees", Term("-20 degrees")),
        (r"\(a\)", Term("(a)")),
        (r"\"a\"", Term('"a"')),
        (r"a\:b", Term("a:b")),
        (r"\\", Term("\\")),
        (r"\*", Term("*")),
        (r"\{\}", Term("{}")),
        (r"Nier\:Automata", Term("Nier:Automata")),
        ('"and"', Phrase("and")),
        (r'"say \"hi\" \\ there"', Phrase('say "hi" \\ there')),
        ('"  fire   tv "', Phrase("fire tv")),
        ("“fire tv”", Phrase("fire tv")),
        ('a"b"', And(a, Phrase("b"))),
    ],
)
def test_quoting_and_escaping(text: str, expected: Query) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a & b", And(a, b)),
        ("a &b", And(a, b)),
        ("a& b", And(a, b)),
        ("a&b", Term("a&b")),
        ("a&&b", And(a, b)),
        ("(a)&(b)", And(a, b)),
        ("AT&T & Sprint", And(Term("AT&T"), Term("Sprint"))),
    ],
)
def test_ampersand_between_word_characters_belongs_to_the_word(text: str, expected: Query) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brand:Amazon", FieldEquals("brand", "Amazon")),
        ("brand=Amazon", FieldEquals("brand", "Amazon")),
        ("brand == Amazon", FieldEquals("brand", "Amazon")),
        ("brand = Amazon fire", And(FieldEquals("brand", "Amazon"), fire)),
        ("brand!=Amazon", Not(FieldEquals("brand", "Amazon"))),
        ("-brand:Amazon", Not(FieldEquals("brand", "Amazon"))),
        ('category:"Tablets"', FieldEquals("category", "Tablets")),
        ('category:"Home > Tablets"', FieldEquals("category", "Home > Tablets")),
        ("brand:AT&T", FieldEquals("brand", "AT&T")),
        (r"brand:Best\ Buy", FieldEquals("brand", "Best Buy")),
        ("price:100", FieldEquals("price", "100")),
        ("temperature:-5", FieldEquals("temperature", "-5")),
        (r"screen\ size:10", FieldEquals("screen size", "10")),
        ("price:[50 TO 100]", FieldRange("price", 50, 100)),
        ("price:[50 to 100]", FieldRange("price", 50, 100)),
        ("price:{50 TO 100}", FieldRange("price", 50, 100, False, False)),
        ("price:[50 TO 100}", FieldRange("price", 50, 100, True, False)),
        ("price:[* TO 100]", FieldRange("price", None, 100)),
        ("price:[-5 TO *]", FieldRange("price", -5, None)),
        ("price<100", FieldRange("price", None, 100, include_high=False)),
        ("price < 100", FieldRange("price", None, 100, include_high=False)),
        ("price<=1e2", FieldRange("price", None, 100)),
        ("price>.5", FieldRange("price", 0.5, None, include_low=False)),
        ("rating>=4.5", FieldRange("rating", 4.5, None)),
        ("rating:>=4.5", FieldRange("rating", 4.5, None)),
        ("fire tv price<100", And(Term("fire tv"), FieldRange("price", None, 100, True, False))),
        (
            "brand:(Amazon OR Apple)",
            Or(FieldEquals("brand", "Amazon"), FieldEquals("brand", "Apple")),
        ),
        (
            'brand:("Best Buy" -Apple)',
            And(FieldEquals("brand", "Best Buy"), Not(FieldEquals("brand", "Apple"))),
        ),
        ("Star Wars: Trilogy", Term("Star Wars: Trilogy")),
        ("(a b:)", Term("a b:")),
        ("a:^2", Boost(Term("a:"), 2)),
        ("2 of (a:, b)", AtLeast(2, Term("a:"), b)),
    ],
)
def test_fields(text: str, expected: Query) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a^2", Boost(a, 2)),
        ("fire tv^2.5", Boost(Term("fire tv"), 2.5)),
        ("fire ^2", Boost(fire, 2)),
        ('"a"^.5 b', And(Boost(Phrase("a"), 0.5), b)),
        ("(a OR b)^2", Boost(Or(a, b), 2)),
        ("a^2^3", Boost(Boost(a, 2), 3)),
        ("NOT a^2", Not(Boost(a, 2))),
        ("(NOT a)^2", Boost(Not(a), 2)),
        ("2 of (a, b, c)", AtLeast(2, a, b, c)),
        ("2 OF (a,b,c)", AtLeast(2, a, b, c)),
        ("at least 2 of (a, b OR c, NOT d)", AtLeast(2, a, Or(b, c), Not(d))),
        ("fire 2 of (a, b)", And(fire, AtLeast(2, a, b))),
        ("2 of (1,000 pieces, b)", AtLeast(2, Term("1,000 pieces"), b)),
        ("2 of hearts", Term("2 of hearts")),
        ("*", Everything()),
        ("* -a", And(Everything(), Not(a))),
        ("{}", Nothing()),
        ("{ } OR a", Or(Nothing(), a)),
    ],
)
def test_boosts_choices_and_constants(text: str, expected: Query) -> None:
    assert parse(text) == expected


def test_cached_and_uncached_parses_are_equal() -> None:
    long = " AND ".join(f"t{number}" for number in range(300))
    assert len(long) > 1_000
    assert parse(long) == parse(long)
    assert parse("a AND b") is parse("a AND b")


def test_options_are_checked() -> None:
    with pytest.raises(QueryTypeError, match="a query is text, not int"):
        parse(1)  # type: ignore[arg-type]
    with pytest.raises(QueryTypeError, match="adjacent is 'term' or 'and'"):
        parse("a", adjacent="or")  # type: ignore[arg-type]
