"""Pictures of what the engine knows; needs matplotlib: ``pip install 'hyperquery[plot]'``."""

from hyperquery.plotting.attention import attention_figure
from hyperquery.plotting.drawing import to_figure
from hyperquery.plotting.figures import plot_hierarchy, plot_query
from hyperquery.plotting.layouts import sector_layout
from hyperquery.plotting.projection import PlaneProjection, fit_plane
from hyperquery.plotting.query_scene import query_scene
from hyperquery.plotting.scene import Scene
from hyperquery.plotting.svg import to_html, to_svg
from hyperquery.plotting.taxonomy_scene import taxonomy_scene

__all__ = [
    "PlaneProjection",
    "Scene",
    "attention_figure",
    "fit_plane",
    "plot_hierarchy",
    "plot_query",
    "query_scene",
    "sector_layout",
    "taxonomy_scene",
    "to_figure",
    "to_html",
    "to_svg",
]
