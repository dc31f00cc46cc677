"""What may be an id, and how the id of a demand is made."""

from __future__ import annotations

import re

# INVARIANT: no `@`, `/` or space, so that a demand id can be taken apart again (semantics §3.3, §5.3).
ID_PATTERN = re.compile(r"[\w.\-]+", re.UNICODE)


def is_id(text: str) -> bool:
    """Whether `text` may be an id: letters, digits, `.`, `_` and `-`."""
    return ID_PATTERN.fullmatch(text) is not None


def demand_id(duty: str, area: str | None, shift: str | None) -> str:
    """Return `duty@area`, `duty@event` where `area` is None, with `/shift` where there is one.

    Examples
    --------
    >>> demand_id("evacuation", "12.74.05", "night")
    'evacuation@12.74.05/night'
    >>> demand_id("command", None, None)
    'command@event'
    """
    return f"{duty}@{area or 'event'}" + (f"/{shift}" if shift else "")
