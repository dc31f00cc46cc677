"""Makes CAP 1.2 messages and a small town to receive them (invented; its ids show the trap of BPS codes)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import asn_flex as af
from asn_flex.alerts.message import Alert
from asn_flex.alerts.read import read_alert

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
CORPUS = Path(__file__).parent / "corpus"
NOW = "2026-11-20T06:00:00+07:00"
SENDER = "info@bmkg.example"

RULES = """\
format: asn-flex/rules/1
pack: {id: town, version: "1"}
events: {flood: {}}
measures:
  alert_severity: {observe: alert_severity, window: 24h, take: max, scope: area}
  alert_met: {observe: alert_severity.met, window: 24h, take: max, scope: event}
competencies: {nursing: {}}
duties: {health_post: {class: life_safety, priority: 5}}
rules:
  - {id: ACT-01, kind: activate, duty: health_post, each: area, seats: {base: 1},
     when: {measure.alert_severity: {gte: 3}}}
"""
SCENARIO = f"""\
format: asn-flex/scenario/1
id: town
now: {NOW}
event: {{type: flood, areas: [12.74.01.1, 12.74.01.2, 12.74.05.1, 12.74.06], command_area: 12.74, phase: alert}}
period: {{start: 2026-11-20, end: 2026-11-22}}
rules: ../rules.yaml
tables:
  officers: officers.csv
  holdings: holdings.csv
  units: units.csv
  areas: areas.csv
  observations: observations.csv
"""
# Kelurahan have no point of their own, as in the register; they take that of their kecamatan.
AREAS = """\
id,name,parent,level,lat,lon
12.74,Kota Tanjungbalai,,kota,2.96,99.80
12.74.01,Tanjungbalai Selatan,12.74,kecamatan,2.90,99.80
12.74.01.1,Karya,12.74.01,kelurahan,,
12.74.01.2,Pantai Burung,12.74.01,kelurahan,,
12.74.05,Datuk Bandar,12.74,kecamatan,2.94,99.70
12.74.05.1,Sijambi,12.74.05,kelurahan,,
12.74.06,Datuk Bandar Timur,12.74,kecamatan,2.94,99.90
"""
TABLES = {
    "officers.csv": "id,unit\nani,dinkes\nbudi,dinkes\n",
    "holdings.csv": "officer,competency,level\nani,nursing,3\n",
    "units.csv": "id,name\ndinkes,Dinas Kesehatan\n",
    "areas.csv": AREAS,
    "observations.csv": (
        "time,kind,value,area\n2026-11-20T05:00,water_level_m,1.2,12.74.05\n"
        '2026-11-20T05:30,"citizen, report",1,\n'
    ),
}  # fmt: skip
LOWEST = ("12.74.01.1", "12.74.01.2", "12.74.05.1", "12.74.06")
# Boxes around one kecamatan's point each, and around all of them.
SELATAN = "2.85,99.75 2.92,99.75 2.92,99.85 2.85,99.85 2.85,99.75"
TIMUR = "2.93,99.86 2.95,99.86 2.95,99.94 2.93,99.94 2.93,99.86"
EVERYWHERE = "2.5,99.5 3.5,99.5 3.5,100.5 2.5,100.5 2.5,99.5"


def write_town(folder: Path, **tables: str) -> Path:
    """Write the rulebook and the scenario's folder, and return the latter."""
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    town = folder / "town"
    town.mkdir()
    (town / "scenario.yaml").write_text(SCENARIO, "utf-8")
    for name, content in {**TABLES, **{f"{name}.csv": text for name, text in tables.items()}}.items():
        (town / name).write_bytes(content.encode())
    return town


def load_town(town: Path) -> tuple[af.Rulebook, af.Scenario]:
    rulebook = af.load_rulebook(town.parent / "rules.yaml")
    return rulebook, af.load_scenario(town, rulebook)


def add(town: Path, *files: Path) -> af.Alerted:
    return af.add_alerts(files, town, af.load_rulebook(town.parent / "rules.yaml"))


def area_xml(text: str = "Sumatera Utara", *, polygons: tuple[str, ...] = (), circles: tuple[str, ...] = (),
             geocodes: tuple[tuple[str, str], ...] = ()) -> str:  # fmt: skip
    shapes = "".join(f"<polygon>{p}</polygon>" for p in polygons) + "".join(f"<circle>{c}</circle>" for c in circles)
    codes = "".join(f"<geocode><valueName>{n}</valueName><value>{v}</value></geocode>" for n, v in geocodes)
    return f"<area><areaDesc>{text}</areaDesc>{shapes}{codes}</area>"


def info_xml(*areas: str, severity: str = "Severe", language: str = "id", category: str = "Met",
             response: str = "", effective: str = "", expires: str = "",
             event: str = "Hujan Lebat") -> str:  # fmt: skip
    times = (f"<effective>{effective}</effective>" if effective else "") + (
        f"<expires>{expires}</expires>" if expires else ""
    )
    answer = f"<responseType>{response}</responseType>" if response else ""
    return (
        f"<info><language>{language}</language><category>{category}</category><event>{event}</event>{answer}"
        f"<urgency>Immediate</urgency><severity>{severity}</severity><certainty>Likely</certainty>{times}"
        f"{''.join(areas)}</info>"
    )


def alert_xml(identifier: str = "A", *infos: str, sent: str = "2026-11-20T03:00:00+07:00", kind: str = "Alert",
              status: str = "Actual", sender: str = SENDER, references: str = "", extra: str = "",
              namespace: str = NAMESPACE,
              declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:  # fmt: skip
    named = f"<references>{references}</references>" if references else ""
    return (
        f'{declaration}\n<alert xmlns="{namespace}"><identifier>{identifier}</identifier><sender>{sender}</sender>'
        f"<sent>{sent}</sent><status>{status}</status><msgType>{kind}</msgType><scope>Public</scope>{named}"
        f"{''.join(infos)}{extra}</alert>\n"
    )


def ref(identifier: str, sent: str = "2026-11-20T03:00:00+07:00", sender: str = SENDER) -> str:
    return f"{sender},{identifier},{sent}"


def read(text: str | bytes) -> Alert:
    content = text if isinstance(text, bytes) else text.encode()
    alert, found = read_alert(content, "alert.xml")
    assert alert is not None, [d.render() for d in found]
    return alert


def codes_of(text: str | bytes) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    alert, found = read_alert(content, "alert.xml")
    assert (alert is None) == bool(found)
    return [d.code for d in found]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def values_of(town: Path) -> dict[tuple[str, str, str], list[str]]:
    """Return the rows of alerts as (kind, area, identifier) to values."""
    _, scenario = load_town(town)
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in scenario.tables.observations.iter_rows(named=True):
        if row["source"]:
            key = (row["kind"], row["area"], row["source"].split(",")[1])
            found.setdefault(key, []).append(f"{row['value'].normalize():f}")
    return found
