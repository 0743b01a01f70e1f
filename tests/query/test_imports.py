"""Parsing needs no torch and no numpy, and starts fast."""

import subprocess
import sys

PROGRAM = """
import sys
import hyperquery
query = hyperquery.parse("(Fire OR Kindle) AND tablet")
print(query.simplify(), query.equivalent(query), query.to_json(), query.tree())
heavy = {"torch", "numpy", "numba", "geoopt", "networkx", "hypothesis"} & sys.modules.keys()
assert not heavy, heavy
"""


def test_parsing_imports_nothing_heavy() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, stdout=subprocess.DEVNULL)
