"""The budget of an import, in modules: what a time would be, without a clock."""

from __future__ import annotations

import json
import subprocess
import sys

PARSER = {"hyperquery", "lark", "regex"}  # lark takes the regex package where it is installed


def loaded(program: str) -> set[str]:
    """The modules that a program loads beyond those of a bare interpreter's start."""
    script = (
        "import sys; before = set(sys.modules)\n"
        f"{program}\n"
        "import json; print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return set(json.loads(done.stdout))


def packages(modules: set[str]) -> set[str]:
    """The packages that modules are of, without those of the standard library."""
    return {name.partition(".")[0] for name in modules} - sys.stdlib_module_names


def test_importing_hyperquery_loads_its_errors_and_nothing_else() -> None:
    modules = loaded("import hyperquery")
    assert packages(modules) == {"hyperquery"}
    assert {name for name in modules if name.startswith("hyperquery")} == {
        "hyperquery",
        "hyperquery.errors",
    }
    assert len(modules) < 60


def test_the_language_loads_itself_and_lark() -> None:
    modules = loaded(
        "import hyperquery\n"
        "query = hyperquery.parse('(Fire OR Kindle) AND tablet')\n"
        "query.simplify(), query.equivalent(query), query.to_json(), query.tree()"
    )
    assert "lark" in packages(modules) <= PARSER
    assert len(modules) < 250


def test_an_error_message_of_the_parser_loads_no_more() -> None:
    modules = loaded(
        "import hyperquery\n"
        "try: hyperquery.parse('(fire')\n"
        "except hyperquery.QuerySyntaxError: pass"
    )
    assert packages(modules) <= PARSER


def test_every_public_name_can_be_imported() -> None:
    import hyperquery

    for name in hyperquery.__all__:
        assert getattr(hyperquery, name) is not None
    assert set(hyperquery.__all__) <= set(dir(hyperquery))
