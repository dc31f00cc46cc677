"""What stands after updates and cancellations, whatever the order in which they came (semantics §6.6)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.alerts.chain import standings
from asn_flex.alerts.message import Alert, Info, Reference

from .build import NOW, moment

DAWN = moment("2026-11-20T00:00:00+07:00")


def info(expires: datetime | None = None, *, clear: bool = False) -> Info:
    return Info("id", ("Met",), "Hujan", "Immediate", "Severe", "Likely", None, expires, "", clear, ())


def message(name: str, hour: float, kind: str = "Alert", *about: Alert, sender: str = "bmkg", status: str = "Actual",
            infos: tuple[Info, ...] = (info(),)) -> Alert:  # fmt: skip
    sent = DAWN + timedelta(hours=hour)
    return Alert("x", sender, name, sent, status, kind, tuple(a.key for a in about), infos)


def states(*alerts: Alert, now: str = NOW) -> dict[str, str]:
    return {one.alert.identifier: one.state for one in standings(alerts, moment(now))}


A = message("A", 1)
B = message("B", 2, "Update", A)
C = message("C", 3, "Cancel", B)


def test_an_alert_stands_until_it_is_replaced() -> None:
    assert states(A) == {"A": "stands"}
    assert states(A, B) == {"A": "replaced", "B": "stands"}


def test_a_cancellation_of_the_last_update_leaves_nothing() -> None:
    assert states(A, B, C) == {"A": "replaced", "B": "cancelled", "C": "cancels"}


def test_a_cancellation_of_the_first_message_cancels_what_it_has_become() -> None:
    assert states(A, B, message("C", 3, "Cancel", A)) == {"A": "replaced", "B": "cancelled", "C": "cancels"}


def test_an_update_after_the_cancellation_stands() -> None:
    again = message("D", 4, "Update", B)
    assert states(A, B, C, again)["D"] == "stands"


def test_a_cancellation_does_not_reach_what_came_after_it() -> None:
    late = message("B", 4, "Update", A)
    assert states(A, message("C", 3, "Cancel", A), late) == {"A": "cancelled", "C": "cancels", "B": "stands"}


def test_a_link_that_never_came_is_bridged_by_its_name() -> None:
    """B is not there; C cancels it all the same, and A is known to be replaced only through B."""
    assert states(A, C) == {"A": "stands", "C": "cancels"}
    named_both = message("C", 3, "Cancel", A, B)
    assert states(A, named_both) == {"A": "cancelled", "C": "cancels"}


def test_nobody_else_can_cancel_a_message() -> None:
    assert states(A, message("C", 3, "Cancel", A, sender="somebody"))["A"] == "stands"


def test_what_is_sent_earlier_cannot_replace_what_is_sent_later() -> None:
    assert states(A, message("Z", 0.5, "Update", A))["A"] == "stands"


def test_two_messages_that_name_each_other_do_not_hang() -> None:
    one = message("A", 1, "Update", message("B", 2))
    assert states(one, message("B", 2, "Update", one)) == {"A": "replaced", "B": "stands"}


def test_a_message_from_after_now_changes_nothing_yet() -> None:
    assert states(A, C, message("D", 9, "Cancel", A)) == {"A": "stands", "C": "cancels", "D": "later"}
    assert states(A, B, now="2026-11-20T01:30:00+07:00") == {"A": "stands", "B": "later"}


@pytest.mark.parametrize("status", ["Exercise", "Test", "System", "Draft"])
def test_an_exercise_is_no_news_and_cancels_nothing(status: str) -> None:
    found = states(A, message("E", 2, status=status), message("F", 3, "Cancel", A, status=status))
    assert found == {"A": "stands", "E": "not_actual", "F": "not_actual"}


def test_acknowledgements_and_errors_say_nothing() -> None:
    assert states(A, message("K", 2, "Ack", A), message("E", 3, "Error", A)) == {
        "A": "stands", "K": "no_news", "E": "no_news",
    }  # fmt: skip


def test_an_alert_expires_with_its_last_block() -> None:
    five, seven = (DAWN + timedelta(hours=h) for h in (5, 7))
    assert states(message("A", 1, infos=(info(five),))) == {"A": "expired"}
    assert states(message("A", 1, infos=(info(five), info(seven)))) == {"A": "stands"}
    assert states(message("A", 1, infos=(info(DAWN + timedelta(hours=6)),))) == {"A": "expired"}


def test_all_clear_says_that_it_is_over() -> None:
    assert states(message("A", 1, infos=(info(clear=True),))) == {"A": "over"}


@st.composite
def histories(draw: st.DrawFn) -> list[Alert]:
    """Up to seven messages of two senders, each about some of those before."""
    alerts: list[Alert] = []
    for index in range(draw(st.integers(1, 7))):
        sender = draw(st.sampled_from(["p", "q"]))
        kind = draw(st.sampled_from(["Alert", "Update", "Update", "Cancel"]))
        about = draw(st.lists(st.sampled_from(alerts), max_size=2)) if alerts and kind != "Alert" else []
        alerts.append(message(str(index), index / 2, kind, *about, sender=sender))
    return alerts


def replayed(alerts: list[Alert], now: datetime) -> set[str]:
    """The plain reading: message by message, a table of what stands, and which message each one has become."""
    standing: set[Reference] = set()
    became: dict[Reference, Reference] = {}
    for alert in sorted(alerts, key=lambda a: a.sent):
        if alert.sent > now:
            continue
        for target in alert.references:
            if target.sender != alert.sender:
                continue
            while True:
                standing.discard(target)
                if target not in became:
                    became[target] = alert.key
                    break
                if alert.kind != "Cancel" or became[target] == alert.key:
                    break
                target = became[target]  # noqa: PLW2901 - follows the chain
                if next(a for a in alerts if a.key == target).kind == "Cancel":
                    break
        if alert.kind != "Cancel":
            standing.add(alert.key)
    return {key.identifier for key in standing}


@settings(deadline=None)
@given(histories(), st.integers(-1, 8), st.randoms())
def test_what_stands_is_what_a_replay_leaves_in_whatever_order_files_come(alerts, hour, random) -> None:
    now = DAWN + timedelta(hours=hour / 2)
    wanted = replayed(alerts, now)
    random.shuffle(alerts)
    assert {s.alert.identifier for s in standings(alerts, now) if s.state == "stands"} == wanted
