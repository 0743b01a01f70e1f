"""Ask why a product is where it is: the first hit of a query, and one that NOT keeps out."""

from __future__ import annotations

from hyperquery.demo import demo_engine

QUERY = "tablet AND NOT case"


def main() -> None:
    """Explain both products; the second at full length."""
    engine = demo_engine()
    best = engine.search(QUERY, k=1)[0]
    for product in (best.id, "P0108"):
        why = engine.explain(QUERY, product)
        inside = "inside" if why.matches else "outside"
        print(f"{product} {why.fields['title']}")
        print(f"  {inside}, margin {why.margin:+.3f}; {why.decisive.query} decides,")
        print(f"  and without it the margin would be {why.without:+.3f}\n")
    print(why)


if __name__ == "__main__":
    main()
