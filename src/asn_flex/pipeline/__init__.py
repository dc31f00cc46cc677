"""The use cases: load, infer, match, plan, verify, explain; and `Planning`, a plan with what explains it.

Stages are imported when they are called, so that `import asn_flex` stays light (semantics §13).
"""

from asn_flex.pipeline.common import Audience, EngineName, Progress, refuse_after_fork, versions
from asn_flex.pipeline.planned import (
    Planning,
    approve,
    open_bundle,
    read_plan,
    verify,
    write_letter_templates,
    write_letters,
)
from asn_flex.pipeline.rules import (
    check,
    check_files,
    diff,
    export_tables,
    fix_rules,
    format_rules,
    import_tables,
    init,
    load_rulebook,
    new_rule,
    run_tests,
)
from asn_flex.pipeline.scenarios import (
    add_alerts,
    import_roster,
    init_roster,
    load_scenario,
    rules_of,
    scenario_from_tables,
)
from asn_flex.pipeline.session import Session, infer, match, plan

__all__ = [
    "Audience", "EngineName", "Planning", "Progress", "Session", "add_alerts", "approve", "check", "check_files",
    "diff", "export_tables", "fix_rules", "format_rules", "import_roster", "import_tables", "infer", "init",
    "init_roster", "load_rulebook", "load_scenario", "match", "new_rule", "open_bundle", "plan", "read_plan",
    "refuse_after_fork", "rules_of", "run_tests", "scenario_from_tables", "verify", "versions",
    "write_letter_templates", "write_letters",
]  # fmt: skip
