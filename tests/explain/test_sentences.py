"""A rule read aloud says when, for whom, what, how far, until when, and on which ground (semantics §4, §5)."""
# ruff: noqa: E501 - a sentence stands on one line

from __future__ import annotations

import pytest

import asn_flex as af
from asn_flex.errors import Text
from asn_flex.explain.sentences import condition_sentence, rule_sentence
from asn_flex.rulebook.conditions import ALWAYS, AnyOf
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Forbid

from ..support import REPOSITORY

WORLD = """\
format: asn-flex/rules/1
pack: {id: p, version: "1"}
sources: {uu: {label: {id: UU, en: Law}}}
events: {banjir: {label: {id: Banjir, en: Flood}}}
attributes:
  officer.swims: {type: bool, label: {id: Dapat berenang, en: Can swim}}
  officer.bahasa: {type: set, label: {id: Bahasa, en: Languages}}
  event.posko: {type: enum, values: [siap, penuh]}
parameters:
  rest_h:
    unit: h
    label: {id: Istirahat, en: Rest}
    values: [{from: 2024-01-01, value: 8}, {from: 2027-01-01, value: 10}]
competencies:
  arsip: {label: {id: Kearsipan, en: Records}, substitutes: [{for: data, strength: 0.8}]}
  data: {label: {id: Pendataan, en: Registration}}
duties:
  data:
    label: {id: Pendataan warga, en: Registration}
    class: essential
    priority: 5
    requires: [{competency: data, level: 2}]
  evak: {label: {id: Evakuasi, en: Evacuation}, class: life_safety, priority: 9, tags: [lapangan]}
rules:
"""

RULES = {
    "escalate": (
        "{kind: escalate, when: {event.type: banjir}, set: {severity: 4, posko: penuh}, recommend: {phase: response}}",
        ("when kind of event: Flood, event.posko becomes penuh, severity becomes 4 and it recommends emergency phase: "
        "response (tanggap darurat)"),
        ("bila jenis kejadian: Banjir, event.posko menjadi penuh, tingkat keparahan menjadi 4 dan disarankan status "
        "keadaan darurat: tanggap darurat"),
    ),
    "activate per area": (
        ("{kind: activate, duty: data, each: area, level: desa, seats: {base: 1, minimum: 2, max: 6, "
        "per: {fact: area.affected_people, each: 500, add: 2}}}"),
        ("“Registration” opens in every area of the level desa, with 1 seat and 2 more for every 500 of people affected "
        "in the area, rounded up, at most 6, minimum 2"),
        ("“Pendataan warga” dibuka di setiap wilayah tingkat desa, dengan 1 formasi ditambah 2 untuk setiap 500 warga "
        "terdampak di wilayah (dibulatkan ke atas), paling banyak 6, minimum 2"),
    ),
    "activate in shifts": (
        ("{kind: activate, duty: data, each: event, seats: {base: 3}, "
        'shifts: [{id: a, from: "07:00", hours: 8}, {id: b, from: "15:00", hours: 7.5}]}'),
        "“Registration” opens once for the whole event, with 3 seats, in shifts a (07:00, 8 h) and b (15:00, 7.5 h)",
        ("“Pendataan warga” dibuka sekali untuk seluruh kejadian, dengan 3 formasi, giliran a (07:00, 8 jam) dan "
        "b (15:00, 7.5 jam)"),
    ),
    "prioritise": (
        "{kind: prioritise, duty: {class: essential}, when: {not: {area.flooded: true}}, add: -2}",
        "when area flooded: no, the priority of every duty of the class essential falls by 2",
        "bila wilayah tergenang: tidak, prioritas setiap tugas kelas layanan pokok turun 2",
    ),
    "cover by substitution": (
        ("{kind: cover, duty: data, by: substitution, min_strength: 0.6, max_share: 40%, at_least: 1, "
        'effective: {from: 2024-01-01, until: 2027-01-01}, source: ["uu#50"]}'),
        ("for “Registration”, those who meet its requirements through substitute competencies (at most 1 step, strength "
        "at least 0.6) may stand in, on at most 40% of the seats, but 1 in any case, from 1 Jan 2024 until the end of "
        "31 Dec 2026 [uu#50]"),
        ("untuk “Pendataan warga”, pegawai yang memenuhi syaratnya lewat kompetensi pengganti (paling banyak 1 langkah, "
        "kekuatan paling sedikit 0.6) boleh menggantikan, paling banyak 40% dari formasi, tetapi 1 orang dalam keadaan "
        "apa pun, berlaku sejak 1 Jan 2024 sampai dengan 31 Des 2026 [uu#50]"),
    ),
    "cover by who": (
        "{kind: cover, duty: data, who: {holds: {competency: arsip, level: 2}}, for: [data], strength: 0.7}",
        ("for “Registration”, those with Records (arsip) at level 2 or above may stand in for Registration (data) with "
        "strength 0.7"),
        ("untuk “Pendataan warga”, pegawai dengan kompetensi Kearsipan (arsip) tingkat 2 atau lebih boleh menggantikan "
        "Pendataan (data) dengan kekuatan 0.7"),
    ),
    "cover by standard": (
        "{kind: cover, duty: evak, by: standard, overrides: [OTHER], source: [uu], effective: {until: 2027-01-01}}",
        ("for “Evacuation”, those who meet the full standard may go, even where OTHER would stop them, until the end of "
        "31 Dec 2026 [uu]"),
        ("untuk “Evakuasi”, pegawai yang memenuhi standar penuh boleh bertugas, walaupun OTHER melarangnya, berlaku "
        "sampai dengan 31 Des 2026 [uu]"),
    ),
    "forbid": (
        ("{kind: forbid, duty: [data, evak], absolute: true, if_unknown: confirm, effective: {from: 2025-01-01}, "
        "who: {officer.employment: {in: [cpns, pppk]}, not: {officer.bahasa: {has: [melayu]}}}}"),
        ("for “Registration” and “Evacuation”, refuses those with (employment: CPNS or PPPK) and “Languages” without "
        "melayu, without exception; where a fact is not known it asks before signing, from 1 Jan 2025"),
        ("untuk “Pendataan warga” dan “Evakuasi”, melarang pegawai dengan (status kepegawaian: CPNS atau PPPK) dan "
        "“Bahasa” tanpa melayu, tanpa pengecualian; bila suatu fakta tidak diketahui, ditanyakan sebelum "
        "ditandatangani, berlaku sejak 1 Jan 2025"),
    ),
    "limit": (
        "{kind: limit, duty: {tag: lapangan}, must: {officer.rest_hours: {gte: {param: rest_h}}}}",
        ("for every duty tagged `lapangan`, lets only those with hours of rest at least the threshold Rest (8 h since "
        "1 Jan 2024, 10 h since 1 Jan 2027) go"),
        ("untuk setiap tugas bertanda `lapangan`, hanya mengizinkan pegawai dengan jam istirahat paling sedikit ambang "
        "Istirahat (8 h sejak 1 Jan 2024, 10 h sejak 1 Jan 2027)"),
    ),
    "protect": (
        ("{kind: protect, unit: {service_class: essential}, who: {not: {holds: {competency: data}}}, "
        "keep: {share: 50%, at_least: 2}}"),
        ("units of the service class essential service keep 50% (at least 2) of their officers with no Registration "
        "(data)"),
        ("unit dengan kelas layanan layanan dasar menahan 50% (paling sedikit 2 orang) dari pegawainya dengan tanpa "
        "kompetensi Pendataan (data)"),
    ),
    "team": (
        "{kind: team, duty: data, include: {qualified: true, per: 4}, max_substitutes: 60%, at_least: 1}",
        ("for “Registration”, there must be one person of full standard for every 4 people and at most 60% may be "
        "stand-ins, but 1 in any case"),
        ("untuk “Pendataan warga”, harus ada satu orang berstandar penuh untuk setiap 4 orang dan paling banyak 60% "
        "boleh pengganti, tetapi 1 orang dalam keadaan apa pun"),
    ),
    "prefer for points": (
        "{kind: prefer, who: {officer.swims: true, officer.birth_date: {lt: 1990-05-01}}, points: -20}",
        "those with “Can swim”: yes and birth date before 1 May 1990 go first (by 20 points)",
        "mendahulukan pegawai dengan “Dapat berenang”: ya dan tanggal lahir sebelum 1 Mei 1990 (20 poin)",
    ),
    "prefer what is least": (
        "{kind: prefer, minimise: pair.travel_min, weight: 1.5, if_unknown: 30}",
        "those with the least travel time go first (weight 1.5); 30 points where it is not known",
        "mendahulukan pegawai dengan waktu tempuh terkecil (bobot 1.5); 30 poin bila tidak diketahui",
    ),
}  # fmt: skip


def world(rule: str) -> Rulebook:
    other = "  - {id: OTHER, kind: forbid, who: {officer.fit: false}}\n"
    seats = "  - {id: SEATS, kind: activate, duty: evak, each: event, seats: {base: 1}}\n"
    return build_rulebook({"rules.yaml": f"{WORLD}{other}{seats}  - {{id: R-1, {rule[1:]}\n".encode()})


@pytest.mark.parametrize("kind", RULES)
def test_each_kind_of_rule_reads_as_one_sentence(kind: str):
    rule, english, indonesian = RULES[kind]
    rulebook = world(rule)
    assert rule_sentence(rulebook, rulebook.by_id["R-1"]) == Text(f"R-1: {indonesian}", f"R-1: {english}")


CONDITIONS = {
    "nothing asked": ("{}", "always"),
    "inner lists stand in parentheses": (
        "{any: [{officer.fit: true, officer.swims: true}, {officer.grade: I/a}]}",
        "(fit for duty: yes and “Can swim”: yes) or grade: I/a",
    ),
    "a list of the same kind needs none": (
        "{officer.rest_hours: {gte: 8, lt: 20}, officer.fit: true}",
        "hours of rest at least 8 h, hours of rest below 20 h and fit for duty: yes",
    ),
    "a denied comparison": ("{not: {officer.rest_hours: {gte: 8}}}", "hours of rest below 8 h"),
    "a denied list": (
        "{not: {any: [{officer.fit: true}, {officer.grade: I/a}]}}",
        "not (fit for duty: yes or grade: I/a)",
    ),
    "a denied denial": ("{not: {officer.fit: {ne: true}}}", "fit for duty: yes"),
    "known": ("{officer.fit: {known: true}}", "fit for duty is known"),
    "not known": ("{not: {officer.fit: {known: true}}}", "fit for duty is not known"),
    "known false": ("{officer.fit: {known: false}}", "fit for duty is not known"),
    "outside": ("{not: {officer.home_area: {within: 12.10}}}", "home area outside 12.10"),
    "has all": ("{not: {officer.bahasa: {has: [a, b]}}}", "not (“Languages” including a and b)"),
    "has any": ("{not: {officer.bahasa: {has_any: [a, b]}}}", "“Languages” without a or b"),
    "none of": ("{officer.grade: {not_in: [I/a, I/b]}}", "grade other than I/a or I/b"),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_read_as_one_clause(name: str):
    text, english = CONDITIONS[name]
    rulebook = world(f"{{kind: forbid, who: {text}}}")
    rule = rulebook.by_id["R-1"]
    assert isinstance(rule, Forbid)
    assert condition_sentence(rulebook, rule.who).en == english


def test_no_condition_and_an_impossible_one_differ():
    rulebook = world("{kind: prefer, who: {officer.fit: true}, points: 1}")
    assert condition_sentence(rulebook, ALWAYS) == Text("selalu", "always")
    assert condition_sentence(rulebook, AnyOf(())) == Text("tidak pernah", "never")


def test_every_rule_of_the_sample_rulebook_has_a_sentence_of_its_own_in_both_languages():
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    said = [rule_sentence(rulebook, rule) for rule in rulebook.rules]
    assert len({text.id for text in said}) == len({text.en for text in said}) == len(rulebook.rules)
    assert [text.en for text in said if "{" in text.en or "  " in text.en] == []
