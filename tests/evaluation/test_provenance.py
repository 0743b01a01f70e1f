from __future__ import annotations

import json
from importlib.metadata import version

from hyperquery.evaluation import provenance as module
from hyperquery.evaluation.provenance import provenance


def test_it_tells_day_machine_and_versions():
    found = json.loads(json.dumps(provenance(["numpy"])))
    assert len(found["date"]) == len("2026-11-22")
    assert found["machine"]["cores"] >= 1
    assert found["machine"]["cpu"]
    assert found["versions"]["numpy"] == version("numpy")


def test_the_processor_is_named_where_linux_names_it(tmp_path, monkeypatch):
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: Some CPU: fast\nflags\t: fpu\n")
    monkeypatch.setattr(module, "_CPU_INFO", info)
    assert provenance([])["machine"]["cpu"] == "Some CPU: fast"
    monkeypatch.setattr(module, "_CPU_INFO", tmp_path / "none")
    assert provenance([])["machine"]["cpu"] != "Some CPU: fast"
