from __future__ import annotations

import json

import pytest

from hyperquery.evaluation.significance import compare
from hyperquery.evaluation.systems import System, comparisons, record, run, table


def ours(seed):
    return {"NDCG": [0.5 + seed / 10, 0.7, 0.9], "MAP": [0.4, 0.4, 0.4]}, ""


def peer(seed):
    return {"NDCG": [0.4, 0.7, 0.8], "MAP": [0.3, 0.3, 0.3]}, "k 60"


def reranker(seed):
    return {"MAP": [0.2, 0.2, 0.2]}, ""


def absent(seed):
    raise ModuleNotFoundError("No module named 'big_model'", name="big_model")


SYSTEMS = {
    "ours": System("ours", ours, seeded=True),
    "peer": System("a peer", peer),
    "reranker": System("a reranker", reranker),
    "absent": System("a big model", absent),
}


def found():
    return run(SYSTEMS, [0, 1], optional=["big_model"])


def test_only_seeded_systems_run_for_each_seed():
    runs = found()
    assert [len(runs[name].figures) for name in SYSTEMS] == [2, 1, 1, 0]
    assert len(runs["ours"].seconds) == 2
    assert runs["peer"].note == "k 60"


def test_a_system_without_its_package_is_skipped_only_if_that_is_optional():
    assert found()["absent"].note == "skipped: big_model is not installed"
    with pytest.raises(ModuleNotFoundError, match="big_model"):
        run(SYSTEMS, [0])


def test_the_reference_is_compared_with_every_system_that_has_the_measure():
    runs = found()
    compared = comparisons(runs, "ours", ["NDCG"])
    assert list(compared) == ["peer", "reranker", "absent"]
    assert compared["reranker"] == compared["absent"] == {}
    assert compared["peer"]["NDCG"] == compare(runs["ours"].of("NDCG"), runs["peer"].of("NDCG"))
    assert compared["peer"]["NDCG"].difference > 0


def test_nothing_is_compared_with_a_reference_that_did_not_run():
    runs = found()
    del runs["ours"]
    assert not any(comparisons(runs, "ours", ["NDCG"]).values())


def test_the_table_has_every_system_and_p_values_where_compared():
    runs = found()
    lines = table(runs, comparisons(runs, "ours", ["NDCG"])).splitlines()
    assert lines[0].split() == ["NDCG", "p", "MAP", "seconds", "note"]
    assert lines[1].split()[:3] == ["ours", "0.717", "±0.024"]
    assert lines[2].split()[:5] == ["a", "peer", "0.633", "0.50", "0.300"]
    assert lines[3].split()[:3] == ["a", "reranker", "0.200"]
    assert lines[4].endswith("skipped: big_model is not installed")
    assert "p" not in table(runs).splitlines()[0].split()


def test_the_record_is_plain_and_has_every_query():
    runs = found()
    plain = json.loads(json.dumps(record(runs, comparisons(runs, "ours", ["NDCG"]))))
    assert plain["systems"]["ours"]["figures"][1]["NDCG"] == [0.6, 0.7, 0.9]
    assert 0 < plain["comparisons"]["peer"]["NDCG"]["p_value"] <= 1
