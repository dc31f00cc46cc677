"""What a person sees of long work (semantics §12.2)."""

from __future__ import annotations

import pytest

from asn_flex.domain.progress import ProgressEvent
from asn_flex.report import progress
from asn_flex.report.progress import tier_line


def test_a_tier_says_how_far_it_may_be_from_the_best() -> None:
    event = ProgressEvent("plan", "coverage.essential", 4, 9, value=120, bound=126)
    assert event.gap == 6
    assert tier_line(event, "en").startswith("tier 4 of 9: ")
    assert tier_line(event, "en").endswith("120, at most 6 from the best")
    assert "paling jauh 6" in tier_line(event, "id")


@pytest.mark.parametrize(("value", "bound"), [(None, None), (None, 5), (5, None), (5, 5)])
def test_a_tier_without_a_gap_says_only_which_it_is(value: int | None, bound: int | None) -> None:
    event = ProgressEvent("plan", "burden", 9, 9, value=value, bound=bound)
    assert event.gap in {None, 0}
    assert "best" not in tier_line(event, "en")


def test_what_ends_within_a_second_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.shown_progress("en") as tell:
        tell(ProgressEvent("infer"))
        tell(ProgressEvent("plan", "burden", 9, 9, 5, 5))
    assert capsys.readouterr() == ("", "")


def test_a_stage_that_takes_long_is_named_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "DELAY_S", 0.0)
    lines = progress._Lines("en")
    lines.tell(ProgressEvent("match"))
    assert lines._timer is not None
    lines._timer.join()
    lines.tell(ProgressEvent("plan", "burden", 9, 9))
    lines.close()
    assert capsys.readouterr().err == "finding who may do what …\n"
