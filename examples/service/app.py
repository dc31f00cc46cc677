"""A small web service for an agency: it plans, keeps every plan, and explains it.

You will see how software imports asn-flex:

    pip install asn-flex fastapi uvicorn sqlalchemy
    uvicorn app:app --port 8000          # in this folder; then open http://127.0.0.1:8000/docs

One warm `Session` for each rulebook plans for everybody. A plan is kept as its bundle (plan, rules, scenario, digests)
before the answer is sent, so that it can be explained and verified years later. `DATABASE_URL` names another database
than the file `plans.db`, for example `postgresql+psycopg://user@host/plans`; `SCENARIOS` another folder of scenarios.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import JSON, DateTime, Engine, LargeBinary, create_engine, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, deferred, mapped_column

import asn_flex as af

HERE = Path(__file__).parent
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
Audience = Literal["planner", "officer", "public", "signer", "auditor"]


def is_text(text: str) -> str:
    """Refuse half a character, which JSON can write and no file, database or answer can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half a character, which is no text") from None
    return text


Text = Annotated[str, AfterValidator(is_text)]


class Base(DeclarativeBase):
    """The tables of this service."""


class KeptPlan(Base):
    """One plan, once, however many planners ask for it."""

    __tablename__ = "plans"

    id: Mapped[str] = mapped_column(primary_key=True)
    scenario: Mapped[str]
    tables: Mapped[list[str]] = mapped_column(JSON)
    supersedes: Mapped[str | None]
    status: Mapped[str]
    kept_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    bundle: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class Wish(BaseModel):
    """What to plan: a scenario by its name, tables that are different (as CSV), and the plan that is replaced."""

    model_config = ConfigDict(extra="forbid")

    scenario: Annotated[Text, Field(examples=["quickstart"])]
    tables: Annotated[dict[Text, Text], Field(default_factory=dict, examples=[{"officers": "id,unit\\nA-1,setda\\n"}])]
    previous: Text | None = None
    time_limit_s: Annotated[float, Field(gt=0, le=600)] = 60


class Kept(BaseModel):
    """A plan as the list tells it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    scenario: str
    tables: list[str]
    supersedes: str | None
    status: str
    kept_at: datetime


class Desk:
    """Plans the scenarios of one folder, each by a warm session, and keeps the plans."""

    def __init__(self, scenarios: Path, database: str) -> None:
        self.scenarios = scenarios
        self.engine = open_database(database)
        self._known: dict[str, tuple[af.Session, af.Scenario]] = {}

    def close(self) -> None:
        """Stop the workers and let go of the database."""
        for session, _ in self._known.values():
            session.close()
        self.engine.dispose()

    def open(self, name: str) -> tuple[af.Session, af.Scenario]:
        """Return the session and the scenario of a name; read when the service starts."""
        try:
            return self._known[name]
        except KeyError:
            raise HTTPException(404, f"no scenario `{name}`; there are {', '.join(sorted(self._known))}") from None

    def read(self) -> None:
        """Read every scenario of the folder that has rules beside it or names them."""
        for file in sorted(self.scenarios.glob("*/scenario.yaml")):
            rules = file.parent / "rules.yaml"
            if NAME.fullmatch(file.parent.name) and rules.is_file():
                rulebook = af.load_rulebook(rules)
                self._known[file.parent.name] = af.Session(rulebook), af.load_scenario(file.parent, rulebook)

    def plan(self, wish: Wish) -> str:
        """Plan, keep the plan, and return its id."""
        session, scenario = self.open(wish.scenario)
        previous = None if wish.previous is None else self.planning(wish.previous).plan
        if wish.tables:
            scenario = self._with(wish, session.rulebook)
        planning = session.plan(scenario, time_limit_s=wish.time_limit_s, previous=previous)
        row = KeptPlan(
            id=planning.plan.id, scenario=wish.scenario, tables=sorted(wish.tables),
            supersedes=planning.plan.supersedes, status=planning.status, kept_at=datetime.now(UTC),
            bundle=bundle_of(planning),
        )  # fmt: skip
        with Session(self.engine) as database:
            database.add(row)
            try:
                database.commit()
            except IntegrityError:
                # Somebody asked for the same plan before, perhaps at this moment.
                database.rollback()
        return planning.plan.id

    def _with(self, wish: Wish, rulebook: Any) -> af.Scenario:
        """Read the scenario with some of its tables replaced."""
        folder = self.scenarios / wish.scenario
        known = {file.stem for file in folder.glob("*.csv")}
        if not wish.tables.keys() <= known:
            raise HTTPException(422, f"tables of this scenario: {', '.join(sorted(known))}")
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary) / wish.scenario
            shutil.copytree(folder, copy)
            for name, text in wish.tables.items():
                (copy / f"{name}.csv").write_text(text, "utf-8")
            return af.load_scenario(copy, rulebook)

    def planning(self, id_: str) -> af.Planning:
        """Open a kept plan with everything that it was made from."""
        with Session(self.engine) as database:
            # PostgreSQL refuses to look for a NUL.
            row = None if "\0" in id_ else database.get(KeptPlan, id_)
            if row is None:
                raise HTTPException(404, f"no plan `{id_[:100]}`")
            content = row.bundle
        with bundle_file() as file:
            file.write_bytes(content)
            return af.open_bundle(file)

    def kept(self) -> list[Kept]:
        """Return what is kept, the newest first."""
        with Session(self.engine) as database:
            rows = database.scalars(select(KeptPlan).order_by(KeptPlan.kept_at.desc(), KeptPlan.id))
            return [Kept.model_validate(row) for row in rows]


@contextmanager
def bundle_file() -> Iterator[Path]:
    """Give the path of a bundle for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "plan.zip"


def bundle_of(planning: af.Planning) -> bytes:
    """Return a plan with everything that it was made from."""
    with bundle_file() as file:
        planning.save_bundle(file)
        return file.read_bytes()


def open_database(url: str) -> Engine:
    """Open the database, and make its table where there is none."""
    is_file = url.startswith("sqlite")
    engine = create_engine(url, connect_args={"timeout": 60} if is_file else {}, pool_size=10, max_overflow=50)
    if is_file:

        @event.listens_for(engine, "connect")
        def keep_safe(connection: Any, _: Any) -> None:
            # A plan that was answered is on the disk, whatever happens to the power.
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

    Base.metadata.create_all(engine)
    return engine


def desk_of(request: Request) -> Desk:
    """Return the desk that the service works at."""
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]


@asynccontextmanager
async def life(app: FastAPI) -> Any:
    """Open the desk when the service starts, and close it when it ends."""
    database = os.environ.get("DATABASE_URL", f"sqlite:///{HERE / 'plans.db'}")
    app.state.desk = desk = Desk(Path(os.environ.get("SCENARIOS", HERE.parent)), database)
    desk.read()
    yield
    desk.close()


app = FastAPI(title="asn-flex", lifespan=life)


@app.exception_handler(RequestValidationError)
def tell_form(_: Request, error: RequestValidationError) -> JSONResponse:
    """Tell what is wrong with the form of a wish, without its values: `NaN` cannot be answered as JSON."""
    detail = [
        {"loc": [str(part).encode(errors="replace").decode() for part in e["loc"]], "msg": e["msg"]}
        for e in error.errors()
    ]
    return JSONResponse({"detail": detail}, status_code=422)


@app.exception_handler(af.InputError)
def tell_faults(_: Request, error: af.InputError) -> JSONResponse:
    """Tell every fault at once, with its code and place, in both languages."""
    faults = [
        {
            "code": d.code,
            "place": f"{Path(d.place.file).name}:{d.place.line}:{d.place.column}",
            "text": {"id": d.text.id, "en": d.text.en},
        }
        for d in error.diagnostics
    ]
    return JSONResponse({"faults": faults}, status_code=422)


@app.exception_handler(af.UsageError)
def tell_usage(_: Request, error: af.UsageError) -> JSONResponse:
    """Tell that an argument means nothing here."""
    return JSONResponse({"detail": {"id": error.text.id, "en": error.text.en}}, status_code=422)


@app.post("/plans", status_code=201)
def make_plan(wish: Wish, desk: AtDesk) -> Response:
    """Plan, keep the plan, and return it as JSON."""
    found = desk.planning(desk.plan(wish))
    return Response(found.to_json(), 201, {"Location": f"/plans/{found.plan.id}"}, "application/json")


@app.get("/plans")
def list_plans(desk: AtDesk) -> list[Kept]:
    """List the plans that are kept."""
    return desk.kept()


@app.get("/plans/{plan}")
def get_plan(plan: str, desk: AtDesk) -> Response:
    """Return a kept plan as JSON."""
    return Response(desk.planning(plan).to_json(), media_type="application/json")


@app.get("/plans/{plan}/why/{officer}")
def explain(plan: str, officer: str, desk: AtDesk, audience: Audience = "officer") -> dict[str, Any]:
    """Return why an officer goes or stays, cut to who reads it."""
    found: dict[str, Any] = desk.planning(plan).why(officer, audience=audience).to_dict()
    return found


@app.get("/plans/{plan}/verification")
def verify(plan: str, desk: AtDesk) -> dict[str, Any]:
    """Check a kept plan by the second opinion."""
    verdict = desk.planning(plan).verify()
    return {"ok": verdict.ok, "optimality": verdict.optimality, "findings": [str(f) for f in verdict.findings]}
