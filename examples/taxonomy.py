"""A taxonomy from end to end: read, inspect, embed, ask, draw and export.

    python examples/taxonomy.py OUTPUT_FOLDER

It takes Shopify's product taxonomy from the folder of public data, beside the project or where the
environment variable HYPERQUERY_DATA points; without it, the categories of the bundled catalog.
"""

from __future__ import annotations

import sys
from pathlib import Path

import networkx as nx

from hyperquery.demo import demo_engine
from hyperquery.evaluation.judged import data_folder
from hyperquery.hierarchy import embed, from_catalog, read_taxonomy, reconstruction, roots
from hyperquery.hierarchy.exports import FORMATS, write_graph
from hyperquery.hierarchy.relations import induced_subgraph
from hyperquery.plotting import plot_hierarchy, plot_query, query_scene, taxonomy_scene, to_html

BRANCH = "Electronics"
SHOPIFY = "taxonomies/shopify_categories.txt.gz"


def read() -> nx.DiGraph:
    """Read Shopify's taxonomy, or the categories of the bundled catalog where it is not there."""
    folder = data_folder()
    file = None if folder is None else folder / SHOPIFY
    if file is not None and file.is_file():
        print(f"1. Read {file.name}")
        return read_taxonomy(file)
    print("1. Shopify's taxonomy is not here (set HYPERQUERY_DATA to the folder of public data):")
    print("   read the categories of the bundled catalog instead")
    return from_catalog(demo_engine())


def inspect(taxonomy: nx.DiGraph) -> nx.DiGraph:
    """Say what was read, and take the part that the next steps are about."""
    print(taxonomy.graph["report"])
    tops = roots(taxonomy)
    print(f"\n2. Of {len(tops)} top categories, the three largest:")
    sizes = {top: len(nx.descendants(taxonomy, top)) for top in tops}
    for top in sorted(tops, key=lambda top: -sizes[top])[:3]:
        print(f"   {top}: {sizes[top]:,} below it")
    branch = induced_subgraph(taxonomy, [BRANCH, *nx.descendants(taxonomy, BRANCH)])
    print(f"   The next steps take {BRANCH}, {len(branch):,} nodes")
    return branch


def ask(branch: nx.DiGraph, folder: Path) -> None:
    """Embed the branch in 2 and in 5 dimensions, ask what is above what, and draw both."""
    leaf = next(node for node in branch if not branch.out_degree(node))
    for number, dimension in enumerate((2, 5), start=3):
        embedding = embed(branch, dimension, progress=False)
        figures = reconstruction(embedding, branch)
        print(f"\n{number}. Boxes in {dimension} dimensions: MAP {figures.map:.3f}")
        print(f"   what is right above {leaf!r}? {embedding.parents_of(leaf)}")
        print(f"   is it in {BRANCH}? {embedding.contains(BRANCH, leaf)}")
        name = f"boxes_{dimension}d.png"
        figure = plot_hierarchy(embedding, depth=3, labels=40)
        save(figure, folder / name)
        embedding.save(folder / f"boxes_{dimension}d.safetensors")


def draw(taxonomy: nx.DiGraph, branch: nx.DiGraph, folder: Path) -> None:
    """Draw the taxonomy, the branch and a query, as pictures and as pages."""
    print("\n5. Pictures")
    save(plot_hierarchy(taxonomy, depth=2, labels=60), folder / "taxonomy.png")
    save(plot_hierarchy(branch, depth=4), folder / "branch.png")
    save(plot_hierarchy(branch, depth=3, layout="sarkar", labels=40), folder / "sarkar.png")
    query = "(Fire OR Kindle) AND tablet"
    save(plot_query(demo_engine(), query), folder / "query.png")
    for name, scene in (
        ("taxonomy.html", taxonomy_scene(taxonomy, depth=3)),
        ("query.html", query_scene(demo_engine(), query)),
    ):
        (folder / name).write_text(to_html(scene), encoding="utf-8")
        print(f"   {name} (point at a dot)")


def export(branch: nx.DiGraph, folder: Path) -> None:
    """Write the branch for other programs."""
    print("\n6. Files for other programs")
    for ending in FORMATS:
        write_graph(branch, folder / f"branch{ending}")
        print(f"   branch{ending}")


def save(figure, path: Path) -> None:
    """Write a figure."""
    figure.savefig(path, dpi=150, metadata={"Software": None})
    print(f"   {path.name}")


def main(arguments: list[str]) -> None:
    """Walk through all steps."""
    if len(arguments) != 1:
        raise SystemExit("usage: python examples/taxonomy.py OUTPUT_FOLDER")
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    taxonomy = read()
    branch = inspect(taxonomy)
    ask(branch, folder)
    draw(taxonomy, branch, folder)
    export(branch, folder)


if __name__ == "__main__":
    main(sys.argv[1:])
