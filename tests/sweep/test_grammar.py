"""What a planner may write after `--vary`, and what it is told when it means nothing (semantics §12.7)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import asn_flex as af
from asn_flex.sweep.grammar import read_variations

from .towns import quickstart, with_parameters


def written(*texts: str) -> list[str]:
    """Return every change of the texts as it would be written alone."""
    return [str(change) for axis in read_variations(texts, *quickstart()) for change in axis.changes]


def values(text: str) -> list[str]:
    return [item.partition("=")[2] for item in written(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("event.severity=2..5", ["2", "3", "4", "5"], id="range"),
        pytest.param("event.severity=1..5:step=2", ["1", "3", "5"], id="range with a step"),
        pytest.param("event.severity=3..3", ["3"], id="range of one"),
        pytest.param("event.severity=5,1..3,2", ["5", "1", "2", "3"], id="list and range, each value once"),
        pytest.param(" event.severity = 2 , 3 ", ["2", "3"], id="spaces"),
        pytest.param("event.phase=alert,response,unknown", ["alert", "response", "unknown"], id="list with unknown"),
        pytest.param("event.type=banjir", ["banjir"], id="kind of event"),
        pytest.param("event.affected_people=0..1000:step=500", ["0", "500", "1000"], id="people"),
        pytest.param("area.flooded@pesisir=ya,tidak", ["true", "false"], id="yes and no"),
        pytest.param("area.depth_cm@hulu,pesisir=0..1:step=0.25", ["0", "0.25", "0.5", "0.75", "1"], id="decimals"),
        pytest.param("unit.service_class@rsud=essential,support", ["essential", "support"], id="unit"),
        pytest.param("unit.tags@rsud=a|b,c", ["a|b", "c"], id="sets"),
        pytest.param("officer.available_from@A-1=2024-12-05..2024-12-07", ["2024-12-05", "2024-12-06", "2024-12-07"],
                     id="dates"),
        pytest.param("officer.absent=5%..15%", ["5%:seed=1", "10%:seed=1", "15%:seed=1"], id="shares go by five"),
        pytest.param("officer.absent=1%..2%:step=0.5%", ["1%:seed=1", "1.5%:seed=1", "2%:seed=1"], id="finer shares"),
        pytest.param("officer.absent=10%:seed=1..3", ["10%:seed=1", "10%:seed=2", "10%:seed=3"], id="seeds"),
        pytest.param("officer.absent=10%,20%:seed=7,2", ["10%:seed=7", "10%:seed=2", "20%:seed=7", "20%:seed=2"],
                     id="shares and seeds"),
        pytest.param("officer.absent@rsud=100%", ["100%:seed=1"], id="absent in a unit"),
    ],
)  # fmt: skip
def test_values_are_read_in_the_order_in_which_they_stand(text: str, wanted: list[str]) -> None:
    assert values(text) == wanted


def test_number_of_scenarios_is_the_product_and_the_last_fact_changes_fastest() -> None:
    found = af.vary(*quickstart(), ["event.severity=3..5", "event.phase=alert,response"])
    assert [str(v) for v in found[:3]] == [
        "event.severity=3 event.phase=alert", "event.severity=3 event.phase=response",
        "event.severity=4 event.phase=alert",
    ]  # fmt: skip
    assert len(found) == 6


def test_parameter_is_read_as_the_fact_that_rules_compare_with_it() -> None:
    # `tingkat` is compared with the severity, so it goes by whole numbers from 1 to 5.
    axes = read_variations(["param.tingkat=2..4", "param.jam=6..7:step=0.5"], *with_parameters())
    assert [[str(c) for c in axis.changes] for axis in axes] == [
        ["param.tingkat=2", "param.tingkat=3", "param.tingkat=4"], ["param.jam=6", "param.jam=6.5", "param.jam=7"],
    ]  # fmt: skip
    with pytest.raises(af.VariationError, match=r"U143 `6` is no value of `event\.severity`"):
        read_variations(["param.tingkat=6"], *with_parameters())


WRONG = [
    pytest.param("event.severity", 1, "U140", "FACT=VALUES", id="no values"),
    pytest.param("=3", 1, "U140", "FACT=VALUES", id="no fact"),
    pytest.param("event.severity=", 1, "U140", "FACT=VALUES", id="nothing after the sign"),
    pytest.param("evnt.severity=3", 1, "U141", "did you mean `event.severity`?", id="unknown fact"),
    pytest.param("severity=3", 1, "U141", "did you mean `event.severity`?", id="no scope"),
    pytest.param("param.jam=3", 1, "U141", "param.jam", id="unknown parameter"),
    pytest.param("event.days=3", 1, "U142", "`started`", id="days"),
    pytest.param("measure.reports=3", 1, "U142", "not given by a scenario", id="measure"),
    pytest.param("pair.travel_min=3", 1, "U142", "not given by a scenario", id="pair"),
    pytest.param("officer.id=x", 1, "U142", "does not stand by itself", id="id"),
    pytest.param("officer.fit@A-1=true", 1, "U142", "protected", id="sensitive"),
    pytest.param("area.flooded=true", 1, "U142", "area.flooded@AREA=", id="no area"),
    pytest.param("event.severity@kota=3", 16, "U142", "whole event", id="event at a place"),
    pytest.param("event.severity=2..9", 19, "U143", "between 1 and 5", id="out of range"),
    pytest.param("event.severity=2.5", 16, "U143", "whole number", id="not whole"),
    pytest.param("event.phase=alarm", 13, "U143", "did you mean `alert`?", id="not in the list"),
    pytest.param("event.severity=unknwon", 16, "U143", "whole number", id="misspelt unknown"),
    pytest.param("event.severity=3,,4", 18, "U143", "whole number", id="empty value"),
    pytest.param("officer.absent=5", 16, "U143", "such as `15%`", id="share without a sign"),
    pytest.param("officer.absent=120%", 16, "U143", "between 0% and 100%", id="more than all"),
    pytest.param("officer.absent=unknown", 16, "U143", "between 0% and 100%", id="unknown share"),
    pytest.param("event.severity=5..2", 16, "U144", "write `2..5`", id="downwards"),
    pytest.param("event.severity=2..5:step=2", 26, "U144", "steps of 2", id="step misses the end"),
    pytest.param("officer.absent=3%..9%", 20, "U144", "steps of 5%", id="five misses the end"),
    pytest.param("event.phase=alert..response", 13, "U144", "between commas", id="range without order"),
    pytest.param("event.affected_people=0..1000000", 23, "U144", "1000001 values", id="too many values"),
    pytest.param("event.severity=2..5:stp=1", 21, "U145", "did you mean `step`?", id="misspelt option"),
    pytest.param("event.severity=2..5:seed=1", 21, "U145", "officer.absent", id="seed of what is not drawn"),
    pytest.param("event.severity=2..5:step=", 21, "U145", "needs a value", id="empty option"),
    pytest.param("event.severity=2..5:step=0", 26, "U143", "above 0", id="step of nothing"),
    pytest.param("area.flooded@pesisr=true", 14, "U146", "did you mean `pesisir`?", id="unknown area"),
    pytest.param("officer.absent@arsi=5%", 16, "U146", "did you mean `arsip`?", id="unknown unit"),
    pytest.param("officer.work_area@A-1=nowhere", 23, "U146", "nowhere", id="unknown area as a value"),
]


@pytest.mark.parametrize(("text", "column", "code", "mend"), WRONG)
def test_what_means_nothing_is_one_fault_at_its_column_with_a_mend(
    text: str, column: int, code: str, mend: str
) -> None:
    with pytest.raises(af.VariationError) as caught:
        written(text)
    (fault,) = caught.value.diagnostics
    assert (fault.place.line, fault.place.column, fault.code) == (1, column, code)
    assert mend in fault.text.en
    assert fault.text.id != fault.text.en


def test_every_fault_is_told_at_once_by_the_number_of_its_text() -> None:
    with pytest.raises(af.VariationError) as caught:
        written("event.severity=9", "event.phase=alert", "nothing=1")
    assert [(d.place.line, d.code) for d in caught.value.diagnostics] == [(1, "U143"), (3, "U141")]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(("event.severity=3", "event.severity=4"), id="the same fact"),
        pytest.param(("area.flooded@hulu=true", "area.flooded@pesisir,hulu=false"), id="one area in both"),
    ],
)
def test_fact_that_two_texts_vary_is_refused(texts: tuple[str, str]) -> None:
    with pytest.raises(af.VariationError, match=r"--vary:2:1: U147 .* number 1 already"):
        written(*texts)


def test_same_fact_of_different_areas_may_vary_apart() -> None:
    assert len(af.vary(*quickstart(), ["area.flooded@hulu=true,false", "area.flooded@pesisir=true,false"])) == 4


def test_more_scenarios_than_anybody_plans_are_refused_before_they_are_made() -> None:
    many = ["event.affected_people=0..9999", "officer.absent=5%:seed=1..1000"]
    with pytest.raises(af.VariationError, match="U148 that would be 10000000 scenarios"):
        written(*many)


@settings(deadline=None)
@given(st.text(alphabet="event.sverity=2,5:%@ abc-|\N{DEGREE SIGN}", max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    columns = [1]
    try:
        written(text)
    except af.VariationError as error:
        columns = [d.place.column for d in error.diagnostics]
    assert all(1 <= column <= len(text) + 1 for column in columns)


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.integers(0, 20), st.lists(st.integers(0, 9), min_size=1))
def test_change_reads_again_as_itself(severities: list[int], share: int, seeds: list[int]) -> None:
    texts = [
        f"event.severity={','.join(map(str, severities))}",
        f"officer.absent={5 * share}%:seed={','.join(map(str, seeds))}",
    ]
    for change in written(*texts):
        assert written(change) == [change]
