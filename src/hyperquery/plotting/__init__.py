"""Pictures of what the engine knows; needs matplotlib: ``pip install 'hyperquery[plot]'``."""

from hyperquery.plotting.attention import attention_figure

__all__ = ["attention_figure"]
