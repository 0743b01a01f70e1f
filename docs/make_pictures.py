"""Draw the pictures of the documentation.

    python docs/make_pictures.py

Everything is computed by the library: a pixel of the Poincare disk is a point, its color the
margin of a region there; grids of attention, categories and products are those of the bundled
engine; trees are those of the parser. The chart of figures reads the tables of the README.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import NDArray
from PIL import Image

from hyperquery.demo import demo_engine
from hyperquery.geometry import Hyperboloid, Region
from hyperquery.geometry.lorentz import exp_origin, face_coordinate, from_poincare, to_poincare
from hyperquery.hierarchy import embed, from_catalog
from hyperquery.hierarchy.relations import induced_subgraph
from hyperquery.plotting import attention_figure, plot_hierarchy, plot_query
from hyperquery.query import parse

PICTURES = Path(__file__).parent / "pictures"
README = Path(__file__).parents[1] / "README.md"
BLUE, ORANGE, GREEN, INK, GREY = "#3b6fb6", "#d9822b", "#2f8f6b", "#222831", "#8a929c"
PIXELS = 801
CHARTED = {
    "BM25 (": GREY, "BM25,": GREY, "tantivy": "#c3c9cf", "MiniLM": "#e3b98a",
    "inner product,": ORANGE, "Query2Box": GREEN, "hyperquery": BLUE,
}  # fmt: skip
"""How the names of the systems in the chart begin in the tables, and their colors."""

mpl.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 10,
        "text.color": INK,
        "savefig.dpi": 160,
        "savefig.bbox": "tight",
        "savefig.pad_inches": 0.05,
        "contour.negative_linestyle": "solid",
    }
)


class Disk:
    """The Poincare disk as a grid of points, and how to draw on it."""

    def __init__(self) -> None:
        ticks = np.linspace(-1, 1, PIXELS)
        self.x, self.y = np.meshgrid(ticks, ticks)
        radius = np.hypot(self.x, self.y)
        # a grid point beyond the border takes the value of the point just inside
        shrink = np.minimum(1.0, 0.9995 / np.maximum(radius, 1e-9))
        ball = np.stack([self.x * shrink, self.y * shrink], axis=-1).reshape(-1, 2)
        self.points = from_poincare(ball)

    def frame(self, axes: Axes, title: str) -> Circle:
        """Prepare axes: the border of the disk and a title; return what to clip at."""
        axes.set_aspect("equal")
        axes.set(xlim=(-1.02, 1.02), ylim=(-1.02, 1.02))
        axes.axis("off")
        axes.set_title(title, pad=6)
        border = Circle((0, 0), 1.0, facecolor="#f7f8fa", edgecolor=INK, linewidth=1.2, zorder=0)
        axes.add_patch(border)
        return border

    def edge(self, axes: Axes, region: Region, color: str, clip: Circle, width: float) -> None:
        """Draw the edge of a region."""
        margins = self.field(np.clip(region.margin(self.points), -1e3, 1e3))
        line = axes.contour(self.x, self.y, margins, [0], colors=[color], linewidths=width)
        line.set_clip_path(clip)

    def field(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values at the points as an image."""
        return values.reshape(PIXELS, PIXELS)

    def fill(self, axes: Axes, region: Region, color: str, clip: Circle, alpha: float) -> None:
        """Fill a region and draw its edge."""
        margins = self.field(np.clip(region.margin(self.points), -1e3, 1e3))
        filled = axes.contourf(self.x, self.y, margins, [-1e4, 0], colors=[color], alpha=alpha)
        filled.set_clip_path(clip)
        self.edge(axes, region, color, clip, 1.8)

    def faces(self, axes: Axes, box: Hyperboloid, color: str, clip: Circle) -> None:
        """Draw the four faces of a box, geodesics of the disk."""
        for positions in (box.lower, box.upper):
            z = face_coordinate(self.points, positions)
            for axis in range(2):
                line = axes.contour(
                    self.x,
                    self.y,
                    self.field(z[:, axis]),
                    [0],
                    colors=[color],
                    linewidths=0.7,
                    linestyles=[(0, (4, 3))],
                )
                line.set_clip_path(clip)


def fire_and_kindle() -> tuple[Hyperboloid, Hyperboloid]:
    """Return the two hyperboloids of the pictures."""
    fire = Hyperboloid(exp_origin(np.array([-0.34, 0.1])), [0.62, 0.5], name="Fire")
    kindle = Hyperboloid(exp_origin(np.array([0.36, -0.16])), [0.52, 0.56], name="Kindle")
    return fire, kindle


def operations(disk: Disk) -> None:
    """Draw two hyperboloids, and their intersection, union and difference."""
    fire, kindle = fire_and_kindle()
    figure, panels = plt.subplots(1, 4, figsize=(12, 3.3), gridspec_kw={"wspace": 0.08})
    clip = disk.frame(panels[0], "two hyperboloids")
    for box, color, name, at in (
        (fire, BLUE, "Fire", (-0.3, 0.44)),
        (kindle, ORANGE, "Kindle", (0.28, -0.56)),
    ):
        disk.faces(panels[0], box, color, clip)
        disk.fill(panels[0], box, color, clip, 0.35)
        middle = to_poincare(box.centroid)
        panels[0].plot(*middle, "o", color=color, markersize=3.5)
        panels[0].annotate(name, at, color=color, ha="center", weight="bold")
    results: list[tuple[str, Region]] = [
        ("Fire AND Kindle", fire & kindle),
        ("Fire OR Kindle", fire | kindle),
        ("Fire AND NOT Kindle", fire - kindle),
    ]
    for axes, (title, region) in zip(panels[1:], results, strict=True):
        clip = disk.frame(axes, title)
        for box, color in ((fire, BLUE), (kindle, ORANGE)):
            disk.edge(axes, box, color, clip, 0.9)
        disk.fill(axes, region, GREEN, clip, 0.45)
    save(figure, "operations")


def generality(disk: Disk) -> None:
    """Draw ever more special terms, each a smaller box in the one before."""
    steps = [
        ("Fire", [0.0, 0.0], [0.84, 0.8]),
        ("Fire TV", [0.14, 0.12], [0.6, 0.56]),
        ("Fire TV stick", [0.26, 0.2], [0.36, 0.34]),
        ("Fire TV stick with Alexa", [0.33, 0.25], [0.18, 0.18]),
    ]
    figure, (axes, bars) = plt.subplots(
        1, 2, figsize=(8.6, 4.2), gridspec_kw={"width_ratios": [1.25, 1], "wspace": 0.7}
    )
    clip = disk.frame(axes, "in the Poincaré disk")
    colors = mpl.colormaps["YlGnBu"](np.linspace(0.35, 0.95, len(steps)))
    boxes = []
    for (name, at, limits), color in zip(steps, colors, strict=True):
        box = Hyperboloid(exp_origin(np.array(at)), limits, name=name)
        boxes.append(box)
        disk.faces(axes, box, mpl.colors.to_hex(color), clip)
        disk.fill(axes, box, mpl.colors.to_hex(color), clip, 0.45)
    for outer, inner in itertools.pairwise(boxes):
        assert outer.encloses(inner)
    places = np.arange(len(boxes))[::-1]
    bars.barh(places, [box.size for box in boxes], color=colors, height=0.6)
    bars.set_yticks(places, [str(box.name) for box in boxes])
    bars.set_title("size", pad=6)
    bars.spines[["top", "right"]].set_visible(False)
    bars.tick_params(axis="y", length=0)
    for place, box in zip(places, boxes, strict=True):
        bars.text(box.size + 0.015, place, f"{box.size:.2f}", va="center", fontsize=9)
    save(figure, "generality")


def margins(disk: Disk) -> None:
    """Draw the margin of a region as a landscape, with products and their order."""
    fire, kindle = fire_and_kindle()
    region = fire - kindle
    figure, axes = plt.subplots(figsize=(5.6, 4.4))
    clip = disk.frame(axes, "margin of Fire AND NOT Kindle")
    heights = disk.field(np.clip(region.margin(disk.points), -1, 1e3))
    levels = [-0.02, -0.01, 0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 1e4]
    inside, outside = mpl.colormaps["Greens_r"], mpl.colormaps["Oranges"]
    colors = [*inside([0.25, 0.45]), *outside(np.linspace(0.08, 0.85, len(levels) - 3))]
    filled = axes.contourf(disk.x, disk.y, heights, levels, colors=colors)
    filled.set_clip_path(clip)
    disk.edge(axes, region, INK, clip, 1.8)
    products = exp_origin(
        np.array([[-0.55, 0.1], [-0.2, 0.5], [-0.9, -0.5], [0.45, -0.15], [1.3, 0.9], [-0.6, -1.6]])
    )
    found = region.margin(products)
    for rank, row in enumerate(found.argsort(), 1):
        x, y = to_poincare(products[row])
        inside = found[row] < 0
        axes.plot(x, y, "o", markersize=13, color="white" if inside else GREY, markeredgecolor=INK)
        axes.text(x, y - 0.004, str(rank), ha="center", va="center", fontsize=8.5)
    bar = figure.colorbar(filled, ax=axes, shrink=0.8, pad=0.03, spacing="uniform")
    bar.set_ticks(levels[:-1], labels=[f"{level:g}" for level in levels[:-1]])
    bar.outline.set_visible(False)
    save(figure, "margins")


def attention() -> None:
    """Draw what a term attends to in a product of the bundled catalog, and which words matter."""
    explanation = demo_engine().explain("lego", "P1150")
    save(attention_figure(explanation.terms[0]), "attention")


def taxonomies() -> None:
    """Draw the categories of the bundled catalog, and the boxes of one of them."""
    categories = from_catalog(demo_engine())
    save(plot_hierarchy(categories), "categories", colors=128)
    electronics = induced_subgraph(
        categories, [node for node in categories if node.split(" > ")[0] == "Electronics"]
    )
    save(plot_hierarchy(embed(electronics, 2), size=5), "boxes", colors=128)


def query() -> None:
    """Draw a query over the products of the bundled catalog."""
    save(plot_query(demo_engine(), "(Fire OR Kindle) AND tablet"), "query", colors=128)


def expression() -> None:
    """Draw the expression tree of a query, with the operation on margins at each connective."""
    query = parse("(Fire OR Kindle) AND tablet AND NOT case")
    tree = query.to_networkx()
    places = tree_places(tree)
    operations = {"AND": "max", "OR": "min", "NOT": "0 − m"}
    figure, axes = plt.subplots(figsize=(6.4, 3.0))
    axes.axis("off")
    axes.set_title(str(query), pad=10, family="DejaVu Sans Mono")
    for above, below in tree.edges:
        axes.plot(*zip(places[above], places[below], strict=True), color=GREY, zorder=1)
    for node, (x, y) in places.items():
        name = tree.nodes[node]["label"]
        color = ORANGE if name in operations else BLUE
        box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": color}
        axes.text(x, y, name, ha="center", va="center", bbox=box, color=color, weight="bold")
        if name in operations:
            axes.text(x + 0.3, y, operations[name], va="center", color=GREY, fontsize=9)
    axes.margins(0.12)
    save(figure, "expression")


def tree_places(tree: nx.DiGraph) -> dict[object, tuple[float, float]]:
    """Place leaves side by side, and every other node above the middle of its operands."""
    (root,) = (node for node, degree in tree.in_degree if degree == 0)
    order = list(nx.dfs_postorder_nodes(tree, root))
    depths = nx.shortest_path_length(tree, root)
    leaves = itertools.count()
    across: dict[object, float] = {}
    for node in order:
        under = [across[operand] for operand in tree.successors(node)]
        across[node] = (min(under) + max(under)) / 2 if under else float(next(leaves))
    return {node: (across[node], -float(depths[node])) for node in order}


def benchmarks() -> None:
    """Draw the tables of the README: mean and standard deviation of what was measured."""
    tables = {
        "boolean queries: average precision, F1": readme_table("AP"),
        "shop queries, connectives read": readme_table("full NDCG@10"),
    }
    figure, panels = plt.subplots(1, 2, figsize=(11, 3.8), sharey=True)
    figure.subplots_adjust(wspace=0.06, bottom=0.22)
    for axes, (title, table) in zip(panels, tables.items(), strict=True):
        shown = {name: row for name in CHARTED for s, row in table.items() if s.startswith(name)}
        width = 0.8 / len(shown)
        for place, (name, row) in enumerate(shown.items()):
            at = np.arange(len(row)) + (place - (len(shown) - 1) / 2) * width
            means, spreads = np.array(list(row.values())).T
            axes.bar(at, means, width, color=CHARTED[name], label=name.strip(" ,("))
            known = spreads > 0
            axes.errorbar(at[known], means[known], spreads[known], fmt="none", color=INK, capsize=2)
        axes.set_xticks(np.arange(len(row)), map(short_measure, row), fontsize=7.5)
        axes.set_title(title, pad=8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_ylim(0, 1)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, frameon=False, ncols=len(CHARTED), loc="lower center", fontsize=9
    )
    save(figure, "benchmarks")


def short_measure(name: str) -> str:
    """Return the name of a measure, or a structure of queries, as it fits under bars."""
    for words, symbol in ((" AND NOT ", "∖"), (" AND ", "∧"), (" OR ", "∨")):
        name = name.replace(words, symbol)
    return re.sub(r"^(full|rerank) ", r"\1\n", name)


def readme_table(measure: str) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the README's table whose first measure has this name.

    Returns:
        For each system and measure a mean and a standard deviation, 0 where none is given.
    """
    lines = README.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| | {measure} |"))
    header = [cell.strip() for cell in lines[start].strip("|").split("|")][1:]
    table = {}
    for line in itertools.takewhile(lambda line: line.startswith("|"), lines[start + 2 :]):
        system, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        values = [[float(number) for number in cell.split("±")] for cell in cells]
        pairs = [(value[0], value[1] if len(value) > 1 else 0.0) for value in values]
        table[system] = dict(zip(header, pairs, strict=True))
    return table


def save(figure: Figure, name: str, colors: int | None = None) -> None:
    """Write a picture, with at most so many colors, which keeps files of many lines small."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    figure.savefig(path, facecolor="white", metadata={"Software": None})
    if colors is not None:
        with Image.open(path) as picture:
            fewer = picture.convert("RGB").quantize(colors, dither=Image.Dither.NONE)
        fewer.save(path, optimize=True)
    plt.close(figure)


def main() -> None:
    """Draw all pictures."""
    mpl.use("Agg")
    disk = Disk()
    operations(disk)
    generality(disk)
    margins(disk)
    attention()
    taxonomies()
    query()
    expression()
    benchmarks()


if __name__ == "__main__":
    main()
