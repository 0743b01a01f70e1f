"""``python -m hyperquery.cli`` is the console script ``hyperquery``."""

from hyperquery.cli import main

main()
