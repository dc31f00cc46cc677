"""`why` proves an officer's assignment, or its absence, down to file lines and table rows (semantics §9)."""

from __future__ import annotations

from asn_flex.domain.plan import Assignment, Plan
from asn_flex.domain.proof import AUDIENCES, Audience, Proof, ProofNode
from asn_flex.eligibility.match import Eligibility
from asn_flex.errors import Lang, Place, Text, UsageError
from asn_flex.explain.absent import absent_nodes, pin_nodes
from asn_flex.explain.basis import basis_node
from asn_flex.explain.caps import caps_node
from asn_flex.explain.checks import checks_node, points_node
from asn_flex.explain.demand import demand_node
from asn_flex.explain.naming import demand_name, fact_name, plain, span, unit_name
from asn_flex.explain.view import View, node
from asn_flex.i18n import nearest, say


def why(
    plan: Plan, eligibility: Eligibility, officer: str, *, audience: Audience = "planner", lang: Lang = "en"
) -> Proof:
    """Prove why an officer goes where, or why nowhere.

    Parameters
    ----------
    plan : the plan to explain
    eligibility : who may do what, of the rulebook and scenario that the plan rests on
    officer : id of an officer of the scenario
    audience : who reads it; decides what is shown of sensitive facts and of other people
    lang : language of the error message; the proof itself holds both

    Returns
    -------
    Proof
        Assignment, demand, basis, requirements, checks, points and caps; or what the officer may do and what holds
        him; or what he lacks.

    Raises
    ------
    UsageError
        If the scenario has no such officer, there is no such audience, or the plan was made from other input.

    References
    ----------
    docs/semantics.md §9.
    """
    view = open_view(plan, eligibility, audience, lang)
    number = number_of(view, officer, lang)
    assignment = next((a for a in plan.assignments if a.officer == officer), None)
    root = _absent(view, number) if assignment is None else _assigned(view, number, assignment)
    demand = assignment.demand if assignment is not None else None
    return Proof(plan=plan.id, officer=officer, demand=demand, audience=audience, root=root)


def open_view(plan: Plan, eligibility: Eligibility, audience: Audience, lang: Lang) -> View:
    """Return what an audience may see of a plan; refuse an unknown audience, and input that the plan is not of."""
    if audience not in AUDIENCES:
        raise UsageError(say("why.audience", name=audience, known=", ".join(AUDIENCES)).in_lang(lang))
    if plan.rulebook.digest != eligibility.rulebook.digest or plan.scenario.digest != eligibility.scenario.digest:
        raise UsageError(say("why.other_input").in_lang(lang))
    return View(plan, eligibility, audience)


def number_of(view: View, officer: str, lang: Lang) -> int:
    """Return the number of an officer; refuse one whom the scenario does not have."""
    number = view.eligibility.number_of.get(officer)
    if number is None:
        raise UsageError(_unknown(view, officer).in_lang(lang))
    return number


def _unknown(view: View, officer: str) -> Text:
    aside = next((q for q in view.scenario.quarantined if q.officer == officer and q.table == "officers"), None)
    if aside is not None:
        return say("why.quarantined", officer=officer, problem=aside.problem)
    text = say("why.unknown", officer=officer)
    # A hint would name somebody else.
    hint = nearest(officer, view.eligibility.officer_ids) if view.sees_others else None
    return text if hint is None else Text(f"{text.id}{hint.id}", f"{text.en}{hint.en}")


def _assigned(view: View, number: int, assignment: Assignment) -> ProofNode:
    # INVARIANT: the plan was made from this input, so its demands arise.
    demand = view.eligibility.demands[assignment.demand]
    where = demand_name(
        view.rulebook, view.scenario, demand.duty, None if demand.at_event else demand.area, demand.shift
    )
    text = say(
        "why.answer",
        officer=officer_text(view, number),
        demand=where,
        id=demand.id,
        span=span(demand.start, demand.end),
    )
    pins = [step for pinned, step in pin_nodes(view, number) if pinned == demand.id]
    return node(
        "answer", text,
        *_assumptions(view),
        *pins,
        demand_node(view, demand),
        basis_node(view, number, demand, assignment),
        checks_node(view, number, demand, assignment),
        points_node(view, number, demand, assignment),
        caps_node(view, number, demand, assignment),
        place=officer_row(view, number),
    )  # fmt: skip


def _absent(view: View, number: int) -> ProofNode:
    text = say("why.answer.none", officer=officer_text(view, number))
    return node("answer", text, *_assumptions(view), *absent_nodes(view, number), place=officer_row(view, number))


def officer_row(view: View, number: int) -> Place | None:
    """Return where the officer stands in the table."""
    return view.row("officers", view.scenario.tables.officers["row"][number])


def officer_text(view: View, number: int) -> Text:
    """Return the officer's id, name (for those who may see it) and unit."""
    row = view.scenario.tables.officers.row(number, named=True)
    name = f" {row['name']}" if row.get("name") and view.audience != "public" else ""
    return Text(*(f"{row['id']}{name} ({part})" for part in unit_name(view.scenario, row["unit"])))


def _assumptions(view: View) -> list[ProofNode]:
    """Return what the plan takes as so."""
    found = []
    for key, value in sorted(view.plan.conditional_on.items()):
        attribute = view.rulebook.attributes.get(key)
        shown = plain(str(value)) if attribute is None or view.sees(attribute) else say("value.hidden")
        name = fact_name(view.rulebook, key)
        found.append(node("note", say("why.conditional", fact=name, key=key, value=shown)))
    return found
