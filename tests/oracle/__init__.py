"""An independent second implementation of DESIGN: plain, slow, by brute force, for at most six officers.

It imports nothing of asn_flex. `solve` answers for plain data, `solve_case` for a folder.
"""

from .choose import PinFault, Problem
from .oracle import Result, solve, solve_case
from .reading import read_rules, read_scenario
from .situation import Conflict
from .world import Fault

__all__ = [
    "Conflict",
    "Fault",
    "PinFault",
    "Problem",
    "Result",
    "read_rules",
    "read_scenario",
    "solve",
    "solve_case",
]
