"""The plan as data: `asn-flex/plan/1` (semantics §12.3).

Exact numbers are whole numbers or decimal texts; lists are in order of id; nothing in it depends on the order of
rows or files. `id` is a hash of everything else.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

FORMAT: Final = "asn-flex/plan/1"
PlanValue = bool | int | str | list[str]


class Part(BaseModel):
    """Base of every part of a plan: immutable and strict."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class RulebookRef(Part):
    """Which rulebook was used."""

    id: str
    version: str
    digest: str


class ScenarioRef(Part):
    """Which scenario was planned."""

    id: str
    digest: str


class Tier(Part):
    """One tier of the objective: the plan's value and what is proven to be the best possible (semantics §8.2)."""

    tier: str
    value: int
    bound: int


class EventRecord(Part):
    """The event as the plan saw it; `facts` holds every further known event fact."""

    type: str
    severity: int | None = None
    phase: str | None = None
    facts: dict[str, PlanValue] = Field(default_factory=dict)
    derived_by: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    recommended: dict[str, tuple[PlanValue, ...]] = Field(default_factory=dict)


class DemandRecord(Part):
    """A demand with the seats it has and those that were filled."""

    id: str
    duty: str
    area: str | None
    shift: str | None
    start: str
    end: str
    duty_class: str = Field(alias="class")
    priority: int
    seats: int
    minimum: int
    filled: int
    because: tuple[str, ...]


class PossibleRecord(Part):
    """An `activate` rule that unknown facts leave open."""

    rule: str
    missing: tuple[str, ...]


class PathRecord(Part):
    """How one requirement is met: the competencies from the holding to the requirement."""

    requires: str
    level: int
    strength: str
    via: tuple[str, ...]


class BasisRecord(Part):
    """The ground on which an officer takes a demand."""

    kind: Literal["standard", "cover"]
    rule: str | None
    strength: str
    paths: tuple[PathRecord, ...] = ()


class Question(Part):
    """A fact to confirm before signing, and the rule that asks."""

    attribute: str
    rule: str


class Assignment(Part):
    """One officer's demand."""

    officer: str
    demand: str
    loss: int
    points: int
    confirm: tuple[Question, ...] = ()
    basis: BasisRecord


ShortfallReason = Literal["nobody_eligible", "all_committed", "protected", "team", "share", "pinned", "time_limit"]


class Shortfall(Part):
    """Seats that stay empty, with the first binding cause (semantics §8.6)."""

    demand: str
    missing: int
    reason: ShortfallReason
    detail: dict[str, Any] = Field(default_factory=dict)


class Notice(Part):
    """A warning in the plan, in both languages."""

    code: str
    message: str
    message_id: str = ""


class QuarantinedRecord(Part):
    """A row of input that was set aside; `officer` None where the row does not tell."""

    table: str
    officer: str | None
    problem: str


class Displaced(Part):
    """An officer of the previous plan whose assignment is no longer eligible, or gone (semantics §8.7)."""

    officer: str
    demand: str
    reason: str
    rules: tuple[str, ...] = ()


class Price(Part):
    """The price of one seat under a cap: `rule` at `demand`, or `rule` in `unit`; one number per tier."""

    rule: str
    demand: str | None = None
    unit: str | None = None
    price: tuple[int, ...]


class Approval(Part):
    """Who approved a plan, when, and of which draft; a record, not a signature (semantics §12.8).

    `plan` is the id of the draft, `at` an ISO time with offset. `despite` is the reason given where the plan had
    `questions` open (or was made on assumptions), or where the second opinion had `findings` (their codes).
    """

    signer: str
    post: str | None = None
    rank: str | None = None
    nip: str | None = None
    at: str
    plan: str
    despite: str | None = None
    questions: int = 0
    findings: tuple[str, ...] = ()


class Certificate(Part):
    """Prices that prove the optimum (semantics §8.5, §10): node potentials of the flow, one number per tier.

    `demands` prices a seat (any sign); `shares`, `substitutes` and `protections` price caps (lexicographically
    not negative). What is absent costs nothing. Units: the tier's own, coverage counted as gain, the others as minus.
    """

    tiers: tuple[str, ...] = ()
    demands: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    shares: tuple[Price, ...] = ()
    substitutes: tuple[Price, ...] = ()
    protections: tuple[Price, ...] = ()


class RouteRecord(Part):
    """Why a part of the network is as it is: `count` of `what`, made so because of `why`, by these rules."""

    what: Literal["parallel", "direct", "by_home", "counter", "integer"]
    why: Literal["minimum", "pin", "previous", "way", "include", "crossing"]
    count: int
    rules: tuple[str, ...] = ()


class NetworkRecord(Part):
    """The network that was solved (semantics §8.4): how large, how many whole-number columns, and why."""

    nodes: int
    arcs: int
    classes: int
    profiles: int
    hubs: int
    integer_columns: int
    routes: tuple[RouteRecord, ...] = ()


class Plan(Part):
    """All of a plan, with its proof."""

    format: Literal["asn-flex/plan/1"] = FORMAT
    id: str = ""
    now: str
    engine: str
    versions: dict[str, str]
    rulebook: RulebookRef
    scenario: ScenarioRef
    state: Literal["draft", "approved"] = "draft"
    approval: Approval | None = None
    supersedes: str | None = None
    conditional_on: dict[str, PlanValue] = Field(default_factory=dict)
    status: Literal["optimal", "feasible"]
    proof: Literal["certificate", "solver"]
    objective: tuple[Tier, ...]
    event: EventRecord
    rules_in_force: tuple[str, ...]
    demands: tuple[DemandRecord, ...]
    possible_demands: tuple[PossibleRecord, ...] = ()
    assignments: tuple[Assignment, ...]
    shortfalls: tuple[Shortfall, ...] = ()
    displaced: tuple[Displaced, ...] = ()
    warnings: tuple[Notice, ...] = ()
    quarantined: tuple[QuarantinedRecord, ...] = ()
    certificate: Annotated[Certificate, Field(default_factory=Certificate)]
    network: NetworkRecord | None = None

    @model_validator(mode="after")
    def _is_approved_by_somebody(self) -> Self:
        # INVARIANT: a plan is approved if and only if it says by whom.
        if (self.state == "approved") != (self.approval is not None):
            raise ValueError
        return self

    def with_id(self) -> Plan:
        """Return the plan with `id` set to the hash of its content."""
        return self.model_copy(update={"id": self.content_hash()})

    def _content(self) -> dict[str, Any]:
        """Return everything; `approval` and `network` only where there are such: ids of plans made before them stay."""
        content = self.model_dump(mode="json", by_alias=True)
        for name in ("approval", "network"):
            if content[name] is None:
                del content[name]
        return content

    def content_hash(self) -> str:
        """Return the hash of everything but `id` itself."""
        content = self._content()
        del content["id"]
        blob = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(blob.encode()).hexdigest()

    def to_json(self, *, indent: int | None = 1) -> str:
        """Return the stable JSON text, with a newline at its end."""
        content = self._content()
        return json.dumps(content, ensure_ascii=False, indent=indent) + "\n"

    def as_draft(self) -> Plan:
        """Return the draft that an approved plan was made from; a draft is its own."""
        return self.model_copy(update={"state": "draft", "approval": None}).with_id()

    @classmethod
    def from_json(cls, text: str | bytes) -> Plan:
        """Read a plan back.

        Raises
        ------
        pydantic.ValidationError
            If it is not a plan; `asn_flex.read_plan` turns that into a `PlanFileError` with a place.
        """
        return cls.model_validate_json(text)
