"""Make the tables of the Tanjungbalai flood example: real areas and offices, invented people (data rekaan).

Run it with Python 3.11 or newer: ``python make_scenario.py [FOLDER]``. It needs nothing but the standard
library, reads ``source_areas.csv`` beside it and writes the CSV tables that ``scenario.yaml`` names. The same
seed gives the same bytes. Real are: area codes and names, kecamatan coordinates, the flood flags of December
2024, the total population and the names of most offices. Everything else is invented; see README.md.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

SEED = 20241205
CITY = "12.74"
POPULATION = 187_939
ROB_DEPTH_CM = 20  # the middle of 10-30 cm
RIVER_DEPTH_CM = 65  # the middle of 30-100 cm
ROB_SHARE, RIVER_SHARE = 0.18, 0.45  # invented: share of the people affected
KECAMATAN = (
    "Tanjungbalai Selatan", "Tanjungbalai Utara", "Sei Tualang Raso", "Teluk Nibung", "Datuk Bandar",
    "Datuk Bandar Timur",
)  # fmt: skip
NOW = datetime(2024, 12, 5, 6, 0)
AREA_COLUMNS = (
    "id", "name", "parent", "level", "lat", "lon", "flooded", "depth_cm", "population", "affected_people",
    "coastal", "road_cut",
)  # fmt: skip
UNIT_COLUMNS = ("id", "name", "service_class", "area", "tags", "backlog", "consent")
OFFICER_COLUMNS = (
    "id", "name", "nip", "unit", "employment", "grade", "position_class", "sex", "birth_date",
    "service_until", "home_area", "work_area", "available", "available_from", "available_until", "fit",
    "affected", "willing", "rest_hours", "hours_7d", "deployed_days_90d", "swims", "digital_trained", "boat_hours",
    "last_drill", "languages", "in_basic_training", "procurement", "acting", "pregnant_or_nursing",
    "tetanus_vaccinated",
)  # fmt: skip
HOLDING_COLUMNS = ("officer", "competency", "level", "evidence", "valid_until")
DEMAND_COLUMNS = ("duty", "area", "shift", "seats", "minimum", "covered_elsewhere", "by")
Row = dict[str, Any]


class Dice:
    """Random choices made of `Random.random` alone, whose sequence Python keeps from version to version.

    Each subject has a stream of its own, so that a change to one office leaves the others as they were.
    """

    def __init__(self, seed: int, stream: str) -> None:
        self._random = Random(f"{seed}/{stream}")

    def chance(self, share: float) -> bool:
        """Return True in `share` of the cases."""
        return self._random.random() < share

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, options: Sequence[Any]) -> Any:
        """Return one of the options."""
        return options[int(self._random.random() * len(options))]

    def yes_no_gap(self, yes: float, no: float) -> str:
        """Return `true`, `false`, or an empty cell for what nobody has asked yet."""
        roll = self._random.random()
        return "true" if roll < yes else "false" if roll < yes + no else ""


@dataclass(frozen=True)
class Role:
    """A group of alike posts in one office.

    `skills` holds (competency, lowest level, highest level, evidence, share of the people who have it);
    `facts` replaces drawn facts of the officers.
    """

    count: int
    position: str
    skills: tuple[tuple[str, int, int, str, float], ...]
    skj: tuple[int, int] = (1, 2)
    facts: Mapping[str, Any] = field(default_factory=dict)


CLERK = (("T.ADM", 1, 3, "", 1.0), ("T.DIGITAL", 1, 2, "training", 0.3))
HEAD = Role(1, "jpt", (("T.ADM", 3, 3, "", 1.0),), skj=(4, 4))
RESCUE = (("T.AIR", 3, 4, "certificate", 1.0), ("T.P3K", 2, 3, "certificate", 1.0))
RESCUER = {"swims": "true", "boat": (5, 60), "on_call": True}

# Offices: (id, name, service class, area, tags, backlog, roles). Names are real but for those marked (I).
OFFICES: tuple[tuple[str, str, str, str, str, int, tuple[Role, ...]], ...] = (
    ("setda", "Sekretariat Daerah", "administrative", "12.74.01", "", 140, (
        HEAD,
        Role(3, "administrator", CLERK, skj=(3, 3)),
        Role(14, "pelaksana", CLERK),
        Role(6, "fungsional", (("T.KOMPUB", 2, 3, "training", 1.0), ("T.MEDSOS", 3, 3, "", 0.4)), skj=(2, 2),
             facts={"trained": "true"}),
        Role(2, "pelaksana", (("T.SIM-B", 1, 2, "licence", 1.0),)))),
    ("bapperida", "Badan Perencanaan, Riset dan Inovasi Daerah", "support", "12.74.01", "", 30, (
        Role(1, "administrator", CLERK, skj=(3, 3)),
        Role(8, "fungsional", (("T.STATISTIK", 2, 4, "", 1.0), ("T.GIS", 1, 3, "training", 0.4)), skj=(2, 3)),
        Role(3, "pelaksana", CLERK))),
    ("bpbd", "BPBD", "essential", "12.74.05", "tanggap", 10, (
        HEAD,
        Role(12, "pelaksana", RESCUE, facts=RESCUER),
        Role(4, "pelaksana", (("T.PUSDALOPS", 2, 3, "training", 1.0), ("T.ADM", 2, 2, "", 0.5)), skj=(2, 2)),
        Role(3, "pelaksana", (("T.GUDANG", 2, 3, "training", 1.0), ("T.SIM-B", 1, 1, "licence", 1.0))),
        Role(4, "fungsional", (("T.KAJI", 3, 4, "certificate", 1.0), ("T.GIS", 1, 2, "training", 1.0)),
             skj=(2, 3), facts={"on_call": True}))),
    ("kesbangpol", "Badan Kesatuan Bangsa dan Politik", "administrative", "12.74.01", "", 20, (
        Role(2, "pengawas", (("T.TRANTIB", 2, 3, "", 1.0),), skj=(2, 3)),
        Role(5, "pelaksana", CLERK))),
    ("satpolpp", "Satuan Polisi Pamong Praja (dengan Damkar)", "essential", "12.74.01", "tanggap", 15, (
        Role(2, "pengawas", (("T.TRANTIB", 3, 3, "", 1.0),), skj=(2, 3)),
        Role(15, "pelaksana", (("T.TRANTIB", 1, 3, "training", 1.0), ("T.P3K", 1, 2, "", 0.4))),
        Role(8, "pelaksana", RESCUE, facts=RESCUER),
        Role(4, "pelaksana", (("T.DAMKAR", 2, 4, "certificate", 1.0),), facts={"swims": "true"}))),
    ("dinkes", "Dinas Kesehatan (dengan puskesmas)", "essential", "12.74.05", "", 60, (
        HEAD,
        Role(7, "fungsional", (("T.PERAWAT", 2, 4, "str", 1.0),), skj=(2, 2)),
        Role(4, "fungsional", (("T.BIDAN", 2, 4, "str", 1.0),), skj=(2, 2)),
        Role(1, "fungsional", (("T.DOKTER", 3, 4, "str", 1.0),), skj=(3, 3)),
        Role(4, "fungsional", (("T.SANITASI", 2, 4, "training", 1.0), ("T.ALAT", 1, 1, "", 0.5)), skj=(2, 2)),
        Role(2, "fungsional", (("T.BOGA", 2, 3, "diploma", 1.0),)),
        Role(3, "pelaksana", CLERK))),
    ("rsud", "RSUD dr. Tengku Mansyur", "essential", "12.74.05", "", 90, (
        Role(14, "fungsional", (("T.PERAWAT", 2, 4, "str", 1.0),), skj=(2, 2)),
        Role(5, "fungsional", (("T.BIDAN", 2, 4, "str", 1.0),), skj=(2, 2)),
        Role(4, "fungsional", (("T.DOKTER", 3, 5, "str", 1.0),), skj=(3, 3)),
        Role(2, "fungsional", (("T.BOGA", 2, 4, "diploma", 1.0),)),
        Role(5, "pelaksana", CLERK))),
    ("dinsos", "Dinas Sosial", "support", "12.74.01", "tanggap", 45, (
        Role(11, "fungsional", (("T.SHELTER", 2, 4, "certificate", 0.8), ("T.SOSIAL", 2, 3, "", 1.0)),
             skj=(2, 3)),
        Role(6, "pelaksana", (("T.DAPUR", 3, 4, "training", 1.0),)),
        Role(5, "pelaksana", (("T.DAPUR", 1, 3, "training", 1.0),)),
        Role(2, "fungsional", (("T.LDP", 2, 3, "training", 1.0),), skj=(2, 3)),
        Role(3, "pelaksana", CLERK))),
    ("pppappkb", "Dinas PP-PA-PM-PPKB", "support", "12.74.05", "", 25, (
        Role(3, "fungsional", (("T.LDP", 2, 3, "training", 1.0),), skj=(2, 2)),
        Role(6, "fungsional", (("T.PENYULUH", 2, 3, "", 1.0), ("T.DAPUR", 1, 2, "training", 0.7))),
        Role(6, "fungsional", (("T.SHELTER", 2, 4, "certificate", 1.0),), skj=(2, 2)),
        Role(5, "pelaksana", (("T.DAPUR", 2, 4, "training", 1.0),)),
        Role(2, "pelaksana", CLERK))),
    ("disdik", "Dinas Pendidikan", "support", "12.74.01", "", 80, (
        Role(24, "fungsional", (("T.PENDIDIK", 2, 5, "diploma", 1.0), ("T.DIGITAL", 1, 3, "training", 0.3)),
             skj=(2, 2)),
        Role(6, "fungsional", (("T.KONSELING", 2, 4, "diploma", 1.0),), skj=(2, 2)),
        Role(4, "fungsional", (("T.BOGA", 2, 4, "diploma", 1.0),)),
        Role(8, "pelaksana", CLERK))),
    ("perpusip", "Dinas Perpustakaan dan Arsip", "support", "12.74.01", "", 5, (
        Role(8, "fungsional", (("T.ARSIP", 2, 4, "diploma", 1.0), ("T.APLIKASI", 1, 3, "training", 0.3))),
        Role(2, "pelaksana", CLERK))),
    ("pora", "Dinas Pemuda, Olahraga dan Pariwisata", "support", "12.74.02", "", 10, (
        Role(4, "fungsional", (("T.PENYULUH", 2, 3, "", 1.0), ("T.MEDSOS", 2, 4, "", 0.6)), skj=(2, 2)),
        Role(3, "pelaksana", CLERK))),
    ("dpmptsp", "Dinas Penanaman Modal dan PTSP", "administrative", "12.74.01", "loket", 260, (
        Role(6, "pelaksana", (*CLERK, ("T.APLIKASI", 2, 3, "training", 0.4))),
        Role(4, "fungsional", (("T.DATA", 2, 3, "", 1.0),)))),
    ("putr", "Dinas Pekerjaan Umum dan Tata Ruang", "support", "12.74.05", "tanggap", 20, (
        Role(14, "pelaksana", (("T.ALAT", 2, 3, "training", 1.0), ("T.SIPIL", 2, 2, "", 1.0)),
             facts={"swims": "gap"}),
        Role(2, "fungsional", (("T.SIPIL", 3, 4, "diploma", 1.0), ("T.ALAT", 2, 2, "", 1.0)),
             skj=(2, 3), facts={"swims": "true", "on_call": True}),
        Role(5, "pelaksana", (("T.WASH", 2, 3, "training", 1.0), ("T.ALAT", 1, 2, "", 1.0))),
        Role(3, "pelaksana", (("T.MEKANIK", 2, 3, "", 1.0),)))),
    ("perkim", "Dinas Perumahan dan Kawasan Permukiman", "support", "12.74.05", "", 35, (
        Role(7, "fungsional", (("T.WASH", 2, 3, "training", 1.0), ("T.ALAT", 1, 1, "", 0.8))),
        Role(3, "fungsional", (("T.SIPIL", 2, 3, "diploma", 1.0),), skj=(2, 2)),
        Role(3, "pelaksana", CLERK))),
    ("naker", "Dinas Ketenagakerjaan, Koperasi dan UMKM", "administrative", "12.74.02", "", 55, (
        Role(8, "pelaksana", CLERK),)),
    ("perikanan", "Dinas Perikanan, Pangan dan Pertanian", "support", "12.74.04", "", 15, (
        Role(6, "fungsional", (("T.PENYULUH", 2, 3, "", 1.0),)),
        Role(3, "pelaksana", (("T.PASAR", 2, 3, "", 1.0),)),
        Role(3, "pelaksana", CLERK))),
    ("dlh", "Dinas Lingkungan Hidup", "essential", "12.74.05", "", 20, (
        Role(6, "pelaksana", (("T.ALAT", 1, 2, "", 1.0), ("T.WASH", 1, 2, "", 0.6))),
        Role(5, "pelaksana", (("T.SIM-B", 1, 2, "licence", 1.0), ("T.GUDANG", 2, 2, "", 1.0))),
        Role(3, "pelaksana", CLERK))),
    ("perdagangan", "Dinas Perdagangan", "support", "12.74.01", "", 20, (
        Role(6, "pelaksana", (("T.PASAR", 2, 3, "", 1.0),)),
        Role(3, "pelaksana", (("T.GUDANG", 2, 3, "", 1.0),)),
        Role(3, "pelaksana", CLERK))),
    ("dishub", "Dinas Perhubungan", "support", "12.74.02", "", 25, (
        Role(9, "pelaksana", (("T.LALIN", 2, 4, "training", 1.0),)),
        Role(6, "pelaksana", (("T.SIM-B", 1, 3, "licence", 1.0), ("T.GUDANG", 2, 3, "", 1.0))),
        Role(2, "pelaksana", CLERK))),
    ("kominfo", "Dinas Komunikasi dan Informatika (I)", "support", "12.74.01", "", 10, (
        Role(5, "fungsional", (("T.KOMPUB", 2, 4, "training", 1.0), ("T.DIGITAL", 2, 3, "training", 0.7)),
             skj=(2, 2)),
        Role(4, "fungsional", (("T.DIGITAL", 3, 4, "certificate", 1.0), ("T.GIS", 1, 3, "training", 0.8),
             ("T.DATA", 2, 4, "", 0.6)), skj=(1, 2)),
        Role(3, "pelaksana", CLERK))),
    ("dukcapil", "Dinas Kependudukan dan Pencatatan Sipil (I)", "administrative", "12.74.01", "loket", 320, (
        Role(10, "pelaksana", (("T.DATA", 2, 4, "training", 1.0), ("T.APLIKASI", 2, 3, "training", 0.4))),
        Role(5, "pelaksana", CLERK))),
    ("bkpsdm", "Badan Kepegawaian dan Pengembangan SDM (I)", "administrative", "12.74.01", "", 40, (
        Role(6, "pelaksana", CLERK),
        Role(2, "pelaksana", (("T.ARSIP", 2, 3, "", 1.0),)))),
    *((f"kec_{n:02d}", f"Kantor Kecamatan {name}", "administrative", f"12.74.{n:02d}", "kewilayahan", 25, (
        Role(1, "pengawas", (*CLERK, ("T.SHELTER", 3, 3, "certificate", 0.7)),
             skj=(2, 2), facts={"near": True}),
        Role(2, "pelaksana", (*CLERK, ("T.DATA", 1, 2, "", 0.4)), facts={"near": True}),
        Role(1, "pelaksana", (("T.PENYULUH", 2, 2, "", 1.0), ("T.DAPUR", 1, 2, "training", 0.6)),
             facts={"near": True})))
      for n, name in enumerate(KECAMATAN, start=1)),
    ("vertikal", "Instansi vertikal (rekaan)", "support", "12.74.02", "instansi_lain", 10, (
        Role(4, "pelaksana", (("T.DATA", 2, 3, "training", 1.0),)),)),
)  # fmt: skip


def make_areas(source: Iterable[Mapping[str, str]], dice: Dice) -> list[Row]:
    """Make `areas`: real flags, depths from the middle of their ranges, people invented to the real total."""
    rows: list[Row] = [
        {
            "id": r["kode_kemendagri"], "name": r["nama"], "level": r["tingkat"],
            "lat": r["lat"], "lon": r["lon"],
            "parent": r["kode_kemendagri"].rpartition(".")[0] if r["kode_kemendagri"] != CITY else "",
            "rob": r["rob_des2024_10_30cm"] == "1", "river": r["sungai_des2024_30_100cm"] == "1",
        }
        for r in source
    ]  # fmt: skip
    kelurahan = [r for r in rows if r["level"] == "kelurahan"]
    weights = [dice.between(60, 140) for _ in kelurahan]
    people = [POPULATION * w // sum(weights) for w in weights]
    people[0] += POPULATION - sum(people)
    for row, population in zip(kelurahan, people, strict=True):
        row["population"] = population
        share = RIVER_SHARE if row["river"] else ROB_SHARE if row["rob"] else 0
        row["affected_people"] = round(population * share)
    for row in reversed(rows):  # a kecamatan, then the city, sums what lies below it
        below = [r for r in rows if r["parent"] == row["id"]]
        for fact in ("population", "affected_people"):
            row.setdefault(fact, sum(r[fact] for r in below))
    for row in rows:
        row["flooded"] = row["rob"] or row["river"]
        row["depth_cm"] = RIVER_DEPTH_CM if row["river"] else ROB_DEPTH_CM if row["rob"] else ""
        row["coastal"] = row["rob"]
        row["road_cut"] = {"12.74.06": "true", "12.74.05": "false"}.get(row["id"], "")
    return rows


def make_units() -> list[Row]:
    """Make `units`; the consent of the agency outside the city is not known yet."""
    return [
        dict(zip(UNIT_COLUMNS, (unit, name, service, area, tags, backlog, ""), strict=True))
        for unit, name, service, area, tags, backlog, _ in OFFICES
    ]


def _personal(dice: Dice, position: str) -> Row:
    sex = dice.pick("fm")
    employment = dice.pick(("pns",) * 14 + ("pppk",) * 4 + ("pppk_part_time", "cpns"))
    if position in ("jpt", "administrator", "pengawas"):
        employment = "pns"
    grades = {"jpt": ("IV/b", "IV/c"), "administrator": ("III/d", "IV/a"), "pengawas": ("III/c", "III/d")}
    grade = dice.pick(grades.get(position, ("II/b", "II/c", "II/d", "III/a", "III/b", "III/c")))
    born = date(1967, 1, 1) + timedelta(days=dice.between(0, 12_000))
    if position in grades:
        born = date(1968, 1, 1) + timedelta(days=dice.between(0, 5_000))
    return {
        "employment": employment,
        "grade": grade if employment in ("pns", "cpns") else "",
        "position_class": position,
        "sex": sex,
        "birth_date": born,
        "in_basic_training": "true" if employment == "cpns" and dice.chance(0.5) else "",
        "pregnant_or_nursing": dice.yes_no_gap(0.05, 0.8) if sex == "f" else "",
    }


def _condition(dice: Dice) -> Row:
    rested, served_long = not dice.chance(0.05), dice.chance(0.04)
    rest_hours = dice.between(8, 16) if rested else dice.between(4, 7)
    languages = ("melayu_asahan",) * 9 + ("isyarat|melayu_asahan",) + ("",) * 20
    return {
        "available": "false" if dice.chance(0.05) else "",
        "available_from": date(2024, 12, 7) if dice.chance(0.01) else "",
        "available_until": date(2024, 12, 7) if dice.chance(0.02) else "",
        "fit": dice.yes_no_gap(0.82, 0.06),
        "affected": dice.yes_no_gap(0.08, 0.8),
        "willing": dice.yes_no_gap(0.5, 0.12),
        "rest_hours": "" if dice.chance(0.02) else rest_hours,
        "hours_7d": dice.between(61, 66) if dice.chance(0.03) else dice.between(24, 44),
        "deployed_days_90d": dice.between(14, 20) if served_long else dice.pick((0, 0, 0, 0, 1, 2, 3, 5, 7, 10)),
        "digital_trained": dice.yes_no_gap(0.25, 0.7),
        "tetanus_vaccinated": dice.yes_no_gap(0.6, 0.08),
        "swims": dice.yes_no_gap(0.4, 0.3),
        "languages": dice.pick(languages),
        "last_drill": date(2023, 1, 1) + timedelta(days=dice.between(0, 690)) if dice.chance(0.3) else "",
        "acting": "true" if dice.chance(0.02) else "",
        "procurement": "true" if dice.chance(0.02) else "",
    }


def _fit_to_role(officer: Row, role: Role, office: str, kelurahan: Sequence[str], dice: Dice) -> None:
    """Place the officer, and replace what belongs to the role."""
    facts = dict(role.facts)
    near = [k for k in kelurahan if k.startswith(office)]
    home = dice.pick(near if facts.get("near") else kelurahan)
    officer["home_area"] = "" if dice.chance(0.02) and not facts else home
    officer["work_area"] = office
    officer["boat_hours"] = dice.between(*facts["boat"]) if "boat" in facts else ""
    officer["digital_trained"] = facts.get("trained", officer["digital_trained"])
    if "swims" in facts:
        officer["swims"] = dice.yes_no_gap(0.7, 0.0) if facts["swims"] == "gap" else facts["swims"]
    if facts.get("on_call"):
        officer |= {"available": "", "fit": dice.yes_no_gap(0.85, 0.0), "rest_hours": dice.between(8, 14)}


def make_staff(kelurahan: Sequence[str], seed: int) -> tuple[list[Row], list[Row]]:
    """Make `officers` and `holdings`; every person is invented and has no NIP."""
    officers: list[Row] = []
    holdings: list[Row] = []
    for unit, _, _, area, _, _, roles in OFFICES:
        for place, role in enumerate(roles):
            dice = Dice(seed, f"{unit}/{place}")
            for _ in range(role.count):
                number = len(officers) + 1
                name = f"Rekaan {number:03d}"
                officer: Row = {"id": f"A-{number:04d}", "name": name, "nip": "", "unit": unit}
                officer |= _personal(dice, role.position) | _condition(dice)
                officer["service_until"] = date(2024, 12, 8) if number % 97 == 0 else ""
                _fit_to_role(officer, role, area, kelurahan, dice)
                officers.append(officer)
                holdings += _holdings(str(officer["id"]), role, dice)
    return officers, holdings


def _holdings(officer: str, role: Role, dice: Dice) -> list[Row]:
    skills = [(*skill[:4], dice.chance(skill[4])) for skill in role.skills]
    # Some were never assessed for the standard of their post.
    assessed = ("SKJ", *role.skj, "assessment", dice.chance(0.88))
    rows: list[Row] = []
    for competency, low, high, evidence, has in (assessed, *skills):
        days = dice.pick((-20, 2, 90, 200, 250, 300, 350, 400, 500, 600, 700, 800, 900, 1000))
        expires = evidence in ("certificate", "str", "licence")  # some already have, some do within the period
        until: date | str = NOW.date() + timedelta(days=days) if expires else ""
        level = dice.between(low, high)
        if has:
            rows.append(_holding(officer, competency, level, evidence, until))
    return rows


def _holding(officer: str, competency: str, level: int, evidence: str, until: date | str = "") -> Row:
    row = (officer, competency, level, evidence, until)
    return dict(zip(HOLDING_COLUMNS, row, strict=True))


def tell_stories(officers: list[Row], holdings: list[Row]) -> None:
    """Settle a few officers by hand, so that the example shows every mechanism whatever the dice say.

    Two rescuers: one at the end of his 14 days (COV-09 lifts FRB-03), one whose household is hit but who is
    willing (COV-10 lifts FRB-02). One information specialist over the weekly cap (COV-12 lifts LIM-02). The
    officer whom `make_pins` sends to the command post is plainly eligible.
    """
    steady = {
        "available": "", "available_from": "", "available_until": "", "service_until": "", "fit": "true",
        "affected": "false", "rest_hours": 12, "hours_7d": 36, "deployed_days_90d": 0,
        "pregnant_or_nursing": "", "sex": "m", "employment": "pns", "grade": "III/b",
        "tetanus_vaccinated": "true", "acting": "", "procurement": "", "in_basic_training": "",
        "home_area": "12.74.05.1003",
    }  # fmt: skip
    by_unit: dict[str, list[Row]] = {}
    for officer in officers:
        by_unit.setdefault(officer["unit"], []).append(officer)
    rescuers = by_unit["bpbd"][1:13]
    veteran, neighbour = rescuers[0], rescuers[1]
    specialist = by_unit["kominfo"][4]
    secretary = by_unit["setda"][5]
    for officer in (veteran, neighbour, specialist, secretary, *by_unit["putr"][14:16]):
        officer.update(steady)
    for officer in (veteran, neighbour):
        officer.update({"swims": "true", "birth_date": date(1988, 5, 1), "position_class": "pelaksana"})
    veteran["deployed_days_90d"] = 16
    neighbour |= {"affected": "true", "willing": "true"}
    specialist["hours_7d"] = 62
    settled = {
        veteran["id"]: RESCUE,
        neighbour["id"]: RESCUE,
        specialist["id"]: (("T.DIGITAL", 4, 4, "certificate", 1.0), ("T.GIS", 3, 3, "training", 1.0)),
        secretary["id"]: (("SKJ", 3, 3, "assessment", 1.0), ("T.ADM", 3, 3, "", 1.0)),
    }
    holdings[:] = [h for h in holdings if h["officer"] not in settled]
    for officer_id, skills in settled.items():
        holdings += [_holding(officer_id, c, low, evidence) for c, low, _, evidence, _ in skills]
    holdings.sort(key=lambda h: (h["officer"], h["competency"]))


def make_travel() -> list[Row]:
    """Make `travel`: a few pairs that the straight line gets wrong (a bridge, a cut road)."""
    pairs = {
        ("12.74.06", "12.74.01"): 35, ("12.74.06", "12.74.02"): 40, ("12.74.05", "12.74.06"): 30,
        ("12.74.06.1001", "12.74"): 50, ("12.74.06.1002", "12.74"): 55, ("12.74.06.1003", "12.74"): 55,
        ("12.74.06.1001", "12.74.05"): 35, ("12.74.06.1002", "12.74.05"): 40,
        ("12.74.04.1005", "12.74"): 25, ("12.74.04.1005", "12.74.05"): 30,
        ("12.74.01.1001", "12.74.06.1001"): 35, ("12.74.05.1003", "12.74.06.1001"): 35,
    }  # fmt: skip
    return [{"from": a, "to": b, "minutes": minutes} for (a, b), minutes in pairs.items()]


# Citizens' reports and requests for tents of the last day or two: how many, and where.
REPORTS = {"12.74.06.1002": 8, "12.74.06.1003": 4, "12.74.06.1001": 3, "12.74.05.1003": 2, "12.74.05.1010": 7,
           "12.74.01.1005": 6, "12.74.04.1001": 3}  # fmt: skip
TENTS = {"12.74.06.1002": 6, "12.74.05.1010": 3}
DEPTHS_SEEN = {"12.74.06.1003": (70, 80), "12.74.05.1004": (40, 50), "12.74.01.1006": (55, 75)}


def make_observations(dice: Dice) -> list[Row]:
    """Make `observations` over two days: a rising river, two tides a day, rain, and what citizens report."""
    rows: list[Row] = []

    def seen(hours_ago: float, kind: str, value: float | str, area: str) -> None:
        time = NOW - timedelta(hours=hours_ago)
        rows.append({"time": time.isoformat(timespec="minutes"), "kind": kind, "value": value, "area": area})

    for step in range(17):  # every three hours: 1.2 m rising to 2.2 m
        seen(48 - 3 * step, "water_level_m", f"{1.2 + 0.0625 * step:.2f}", "12.74.05")
    for step in range(8):  # every six hours; the last four sum to 125 mm
        seen(45 - 6 * step, "rain_mm", (0, 5, 10, 20, 30, 45, 35, 15)[step], CITY)
    for hours_ago, height in ((38, 2.3), (26, 1.6), (13.5, 2.6), (2, 1.7)):
        seen(hours_ago, "tide_m", height, "12.74.04")
    for area, count in REPORTS.items():
        for _ in range(count):
            seen(dice.between(1, 46) / 2, "citizen_report", 1, area)
    seen(40, "citizen_report", 1, "12.74.03.1001")  # older than a day: does not count
    for area, count in TENTS.items():
        for _ in range(count):
            seen(dice.between(2, 90) / 2, "tent_request", 1, area)
    for area, depths in DEPTHS_SEEN.items():
        for depth in depths:
            seen(dice.between(1, 20) / 2, "depth_seen_cm", depth, area)
    return sorted(rows, key=lambda r: (r["time"], r["kind"], r["area"], str(r["value"])))


def make_demands() -> list[Row]:
    """Make `demands`: what the planner added or changed by hand."""
    rows = (
        ("wash", "12.74.02", "", 2, 1, "", "BPBD (rekaan): Tanjungbalai Utara menampung pengungsi"),
        ("log", "event", "pagi", 6, 3, 2, "BPBD (rekaan): dua orang dari relawan"),
        ("dapur", "12.74.05", "siang", 6, "", 2, "Dinsos (rekaan): dua orang dari PKK"),
    )
    return [dict(zip(DEMAND_COLUMNS, row, strict=True)) for row in rows]


def make_pins(officers: Sequence[Row]) -> list[Row]:
    """Make `pins`: one officer who must go, one who must not."""
    secretary = [o for o in officers if o["unit"] == "setda"][5]
    trader = [o for o in officers if o["unit"] == "perdagangan"][6]
    return [
        {"officer": secretary["id"], "demand": "komando@event/pagi", "pin": "must", "by": "Sekda (rekaan)",
         "reason": "Notulis posko sejak hari pertama"},
        {"officer": trader["id"], "demand": "log@event/pagi", "pin": "never", "by": "Inspektorat (rekaan)",
         "reason": "Keluarganya memasok gudang"},
    ]  # fmt: skip


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one table as UTF-8 CSV with Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(row[column]) for column in columns] for row in rows)


def make_scenario(source: Path, folder: Path, seed: int = SEED) -> None:
    """Write every table of the example into `folder`."""
    with source.open(encoding="utf-8", newline="") as file:
        areas = make_areas(csv.DictReader(file), Dice(seed, "areas"))
    kelurahan = [a["id"] for a in areas if a["level"] == "kelurahan"]
    officers, holdings = make_staff(kelurahan, seed)
    tell_stories(officers, holdings)
    write_table(folder / "areas.csv", AREA_COLUMNS, areas)
    write_table(folder / "units.csv", UNIT_COLUMNS, make_units())
    write_table(folder / "officers.csv", OFFICER_COLUMNS, officers)
    write_table(folder / "holdings.csv", HOLDING_COLUMNS, holdings)
    write_table(folder / "travel.csv", ("from", "to", "minutes"), make_travel())
    observations = make_observations(Dice(seed, "observations"))
    write_table(folder / "observations.csv", ("time", "kind", "value", "area"), observations)
    write_table(folder / "demands.csv", DEMAND_COLUMNS, make_demands())
    write_table(folder / "pins.csv", ("officer", "demand", "pin", "by", "reason"), make_pins(officers))


if __name__ == "__main__":
    here = Path(__file__).parent
    make_scenario(here / "source_areas.csv", Path(sys.argv[1]) if len(sys.argv) > 1 else here)
