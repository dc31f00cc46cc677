"""Rulebooks that extend others and replace their rules: what is read, and what is law on which day (§5.11)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import asn_flex as af
from asn_flex.analysis.suggest import suggest
from asn_flex.errors import Place
from asn_flex.explain.sentences import rule_sentence
from asn_flex.readwrite.bundle import bundle_bytes, read_bundle
from asn_flex.rulebook.loader import build_rulebook, check_files, load_rulebook
from asn_flex.rulebook.replacing import comes_back
from asn_flex.rulebook.schema import Effective
from asn_flex.verify.facts import World
from asn_flex.verify.law import is_law_sometime, is_law_throughout

from ..support import FOLDERS
from .build import FIRST_LINE, LABEL

CASE = next(folder for folder in FOLDERS if folder.name == "s5_11_replaces")
EXAMPLE = Path(__file__).parents[2] / "examples" / "overlay"


def rule(name: str, more: str = "") -> str:
    return f"  - {{id: {name}, kind: limit, {LABEL}, source: [uu], {more}must: {{officer.fit: true}}}}\n"


def write(folder: Path, **files: str) -> None:
    """Write rulebooks, a file each; `pack` is `name[: extends]`."""
    for name, text in files.items():
        pack, _, rules = text.partition("|")
        name_, _, extends = pack.partition(":")
        path = folder / name_.strip() / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        head = f'{FIRST_LINE}pack: {{id: {name_.strip()}, version: "1", extends: [{extends}]}}\n'
        path.write_text(head + rules, "utf-8")


def chain(folder: Path) -> Path:
    """A city on a province on a nation; the nation is reached twice."""
    write(
        folder,
        negara="negara|sources: {uu: {label: {id: a, en: b}}}\nrules:\n" + rule("N-1") + rule("N-2"),
        propinsi="propinsi: ../negara|rules:\n" + rule("P-1", "replaces: [N-1], "),
        kota="kota: ../propinsi, ../negara|rules:\n" + rule("K-1", "replaces: [P-1], effective: {until: 2027-01-01}, "),
    )
    return folder / "kota"


def test_overlay_holds_the_entries_of_its_bases_and_names_the_whole(tmp_path: Path) -> None:
    rulebook = load_rulebook(chain(tmp_path))
    assert [r.id for r in rulebook.rules] == ["K-1", "N-1", "N-2", "P-1"]
    assert (rulebook.pack.id, [pack.id for pack in rulebook.bases]) == ("kota", ["negara", "propinsi"])
    assert sorted(Path(name).name for name in rulebook.files) == ["kota.yaml", "negara.yaml", "propinsi.yaml"]
    assert rulebook.place_of("rules", "N-2").file == (tmp_path / "negara/negara.yaml").as_posix()


def test_rule_stands_again_when_the_one_in_its_place_has_ended(tmp_path: Path) -> None:
    rulebook = load_rulebook(chain(tmp_path))
    last, first = date(2026, 12, 31), date(2027, 1, 1)
    law = {r.id: (r.effective.covers(last), r.effective.covers(first)) for r in rulebook.rules}
    # P-1 yields to K-1 until 2027; N-1 yields to P-1 all along, also while P-1 itself yields.
    assert law == {"K-1": (True, False), "P-1": (False, True), "N-1": (False, False), "N-2": (True, True)}
    assert [(note.place, "P-1" in note.text.en) for note in comes_back(rulebook, rulebook.by_id["K-1"])] == [
        (rulebook.place_of("rules", "P-1"), True)
    ]
    assert comes_back(rulebook, rulebook.by_id["P-1"]) == ()


def test_the_end_of_a_rule_tells_which_rule_comes_back(tmp_path: Path) -> None:
    found = af.check(chain(tmp_path), today=date(2027, 2, 1))
    ended = next(d for d in found if d.code == "W507")
    assert [note.text.id for note in ended.notes] == ["sejak 2027-01-01 aturan `P-1` (a) berlaku kembali"]


def test_rule_that_another_replaces_then_too_does_not_come_back(tmp_path: Path) -> None:
    write(
        tmp_path,
        negara="negara|sources: {uu: {label: {id: a, en: b}}}\nrules:\n" + rule("N-1"),
        kota="kota: ../negara|rules:\n"
        + rule("K-1", "replaces: [N-1], effective: {until: 2027-01-01}, ")
        + rule("K-2", "replaces: [N-1], effective: {from: 2027-01-01}, "),
    )
    rulebook = load_rulebook(tmp_path / "kota")
    assert [note.text.en for note in comes_back(rulebook, rulebook.by_id["K-1"])] == [
        "rule `N-1` (b) is not in force again on 2027-01-01"
    ]


def test_the_folder_of_a_base_may_lie_inside(tmp_path: Path) -> None:
    write(tmp_path, a="kota: dasar|rules:\n" + rule("K-1", "replaces: [N-1], "))
    write(tmp_path / "kota", b="dasar|sources: {uu: {}}\nrules:\n" + rule("N-1"))
    rulebook = load_rulebook(tmp_path / "kota")
    assert [pack.id for pack in rulebook.bases] == ["dasar"]
    assert not rulebook.by_id["N-1"].effective.covers(date(2026, 1, 1))


@pytest.mark.parametrize("given", ["kota", "./kota", "kota/kota.yaml", "negara/../kota"])
def test_the_way_to_an_overlay_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    expected = load_rulebook(chain(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert load_rulebook(given).digest == expected.digest
    monkeypatch.chdir(tmp_path / "kota")
    inside = load_rulebook(".")
    assert inside.digest == expected.digest
    assert sorted(inside.files) == ["../negara/negara.yaml", "../propinsi/propinsi.yaml", "kota.yaml"]


def test_the_digest_covers_the_bases_but_not_where_they_lie(tmp_path: Path) -> None:
    before = load_rulebook(chain(tmp_path)).digest
    (tmp_path / "negara").rename(tmp_path / "nasional")
    for name in ("kota", "propinsi"):
        file = tmp_path / name / f"{name}.yaml"
        file.write_text(file.read_text("utf-8").replace("../negara", "../nasional"), "utf-8")
    assert load_rulebook(tmp_path / "kota").digest == before
    base = tmp_path / "nasional" / "negara.yaml"
    base.write_text(base.read_text("utf-8").replace('version: "1"', 'version: "2"'), "utf-8")
    assert load_rulebook(tmp_path / "kota").digest != before


def test_one_id_in_overlay_and_base_is_told_of_the_overlay_with_both_places(tmp_path: Path) -> None:
    write(tmp_path, z="negara|rules:\n" + rule("N-1"), a="kota: ../negara|rules:\n" + rule("N-1"))
    _, found = check_files(tmp_path / "kota")
    one = next(d for d in found if d.code == "E302")
    assert one.place == Place((tmp_path / "kota/a.yaml").as_posix(), 4, 10)
    assert f"{(tmp_path / 'negara/z.yaml').as_posix()}:4:10" in one.message("en")
    assert "replaces: [N-1]" in one.message("en")


def test_two_copies_of_a_base_are_told_as_such(tmp_path: Path) -> None:
    write(tmp_path, a="negara|", c="kota: ../negara, ../copy|")
    write(tmp_path / "x", a="negara|") if (tmp_path / "x").mkdir() is None else None
    (tmp_path / "x" / "negara").rename(tmp_path / "copy")
    _, found = check_files(tmp_path / "kota")
    assert [(d.code, Path(d.place.file).parent.name) for d in found] == [("E302", "negara")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param("extends:", "extend:", "E201", id="misspelt_key"),
        pytest.param("pack:", "pakc:", "E210", id="misspelt_section"),
        pytest.param("../negara", "../negra", "E311", id="misspelt_path"),
    ],
)
def test_a_base_that_is_not_found_is_one_finding(tmp_path: Path, old: str, new: str, code: str) -> None:
    write(
        tmp_path,
        negara="negara|sources: {uu: {label: {id: a, en: b}}}\nrules:\n" + rule("N-1"),
        kota="kota: ../negara|rules:\n" + rule("K-1", "replaces: [N-1], "),
    )
    file = tmp_path / "kota" / "kota.yaml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    assert [d.code for d in check_files(tmp_path / "kota")[1]] == [code]


@pytest.mark.parametrize(
    ("more", "code"), [("rules: [", "E102"), ("\t- x", "E102"), ("--- {}", "E107"), ("\xff", "E101")]
)
def test_a_base_that_cannot_be_read_is_one_finding(tmp_path: Path, more: str, code: str) -> None:
    write(
        tmp_path,
        negara="negara|sources: {uu: {label: {id: a, en: b}}}\n",
        kota="kota: ../negara|rules:\n" + rule("K-1", "replaces: [N-1], "),
    )
    with (tmp_path / "negara" / "negara.yaml").open("ab") as base:
        base.write(more.encode("latin-1"))
    assert [d.code for d in check_files(tmp_path / "kota")[1]] == [code]


def test_a_circle_shows_every_step(tmp_path: Path) -> None:
    write(tmp_path, a="a: ../b|", b="b: ../c|", c="c: ../a|")
    for start in "abc":
        _, found = check_files(tmp_path / start)
        assert [d.code for d in found] == ["E311"]
        places = [found[0].place, *(note.place for note in found[0].notes)]
        assert [Path(place.file).stem for place in places] == ["a", "b", "c"]


def test_of_three_rules_in_one_place_the_second_and_the_third_are_told_once_each(tmp_path: Path) -> None:
    write(
        tmp_path,
        negara="negara|sources: {uu: {label: {id: a, en: b}}}\nrules:\n" + rule("N-1"),
        kota="kota: ../negara|rules:\n" + "".join(rule(f"K-{i}", "replaces: [N-1], ") for i in (1, 2, 3)),
    )
    found = [d for d in check_files(tmp_path / "kota")[1] if d.code == "E315"]
    assert [d.place.line for d in found] == [5, 6]
    # They stand without dates, so no day is named.
    assert "sekaligus digantikan oleh `K-1` (" in found[1].message("id")


def test_link_to_the_folder_of_a_base_is_followed(tmp_path: Path) -> None:
    folder = chain(tmp_path / "there" if (tmp_path / "there").mkdir() is None else tmp_path)
    (tmp_path / "link").symlink_to(folder.parent / "negara", target_is_directory=True)
    write(tmp_path, d="desa: ../link|")
    assert [pack.id for pack in load_rulebook(tmp_path / "desa").bases] == ["negara"]


def test_only_the_tests_of_the_overlay_itself_are_run(tmp_path: Path) -> None:
    text = (
        "tests:\n  - {name: {id: a, en: b}, now: 2026-01-01T00:00:00Z, given: {event: {type: banjir}}, "
        "expect: {idle: [N-1]}}\n"
    )
    write(
        tmp_path,
        negara="negara|sources: {uu: {}}\nevents: {banjir: {}}\nduties: {d: {class: support, priority: 1}}\nrules:\n"
        + rule("N-1")
        + text,
        kota="kota: ../negara|" + text,
    )
    rulebook = load_rulebook(tmp_path / "kota")
    assert len(rulebook.tests) == 2
    assert len(rulebook.own_tests) == 1
    own, every = af.run_tests(rulebook), af.run_tests(rulebook, bases=True)
    assert [Path(r.place.file).stem for r in own.results] == ["kota"]
    assert [Path(r.place.file).stem for r in every.results] == ["kota", "negara"]


def test_tests_are_suggested_for_the_overlay_wherever_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    rulebook = load_rulebook(EXAMPLE / "kota")
    untested = build_rulebook(
        {name: content.partition(b"tests:")[0] + b"\n" for name, content in rulebook.files.items()}
    )
    expected = suggest(untested, date(2026, 11, 20))
    assert expected.count("K-BTS-01") > 2
    # Among the files of the base, a test of no name would pass for one of the base.
    monkeypatch.chdir(EXAMPLE / "nasional")
    assert suggest(untested, date(2026, 11, 20)) == expected


def test_the_sentence_of_a_rule_says_which_rule_it_stands_for() -> None:
    rulebook = load_rulebook(EXAMPLE / "kota")
    said = rule_sentence(rulebook, rulebook.by_id["K-BTS-01"])
    assert said.id.endswith("sampai dengan 31 Des 2026, sebagai pengganti N-BTS-01 [kebijakan-kota]")
    assert said.en.endswith("until the end of 31 Dec 2026, in place of N-BTS-01 [kebijakan-kota]")


def test_failing_test_of_a_base_names_the_rule_that_stands_in_the_place_of_its_own() -> None:
    report = af.run_tests(load_rulebook(EXAMPLE / "kota"), bases=True)
    reasons = [reason for result in report.failed for failure in result.failures for reason in failure.reasons]
    assert [(Path(place.file).parent.name, text.id) for place, text in reasons] == [
        ("kota", "aturan `K-BTS-01` menggantikan `N-BTS-01` pada hari itu")
    ] * 2


@pytest.mark.parametrize("where", ["rules.yaml", "here"])
def test_bundle_of_an_overlay_opens_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    if where == "here":
        monkeypatch.chdir(CASE / "base")
    path = CASE / "rules.yaml" if where == "rules.yaml" else Path("../rules.yaml")
    rulebook = af.load_rulebook(path)
    scenario = af.load_scenario(CASE / "scenario", rulebook)
    plan = af.plan(rulebook, scenario).plan
    content = bundle_bytes(plan, None, rulebook, scenario, {})
    monkeypatch.chdir(tmp_path)
    opened = read_bundle(content, "plan.zip")
    assert opened.rulebook.digest == rulebook.digest
    assert sorted(opened.rulebook.files) == ["rules/base/nasional.yaml", "rules/base/propinsi.yaml", "rules/rules.yaml"]
    assert af.verify(opened.plan, opened.rulebook, opened.scenario).ok


def test_bundle_keeps_the_folders_that_a_path_goes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from asn_flex.readwrite.bundle import _short_names

    write(tmp_path, a="k|", b="k|")
    (tmp_path / "k/a.yaml").write_text(FIRST_LINE + 'pack: {id: k, version: "1", extends: [../k/b.yaml]}\n', "utf-8")
    (tmp_path / "k/b.yaml").write_text(FIRST_LINE + 'pack: {id: b, version: "1"}\n', "utf-8")
    monkeypatch.chdir(tmp_path / "k")
    rulebook = load_rulebook("a.yaml")
    names = _short_names(rulebook)
    assert sorted(names) == ["k/a.yaml", "k/b.yaml"]
    moved = build_rulebook({f"rules/{name}": content for name, content in names.items()})
    assert moved.digest == rulebook.digest


# ---- the days on which a rule is law ------------------------------------------------------------------

DAYS = [date(2026, 1, 1) + timedelta(days=count) for count in range(12)]
ENDS = st.none() | st.sampled_from(DAYS)


@st.composite
def periods(draw: st.DrawFn) -> Effective:
    start, until = draw(ENDS), draw(ENDS)
    if start is not None and until is not None and until <= start:
        start, until = (until, start) if until < start else (start, None)
    return Effective.model_validate({"from": start, "until": until})


@settings(deadline=None)
@given(periods(), st.lists(periods(), max_size=4))
def test_days_of_a_replaced_rule_are_its_own_less_those_of_the_others(own: Effective, others: list[Effective]) -> None:
    law = own.without(others)
    true = {day: own.covers(day) and not any(o.covers(day) for o in others) for day in DAYS}
    assert {day: law.covers(day) for day in DAYS} == true
    for first, last in product(DAYS, DAYS):
        days = [true[day] for day in DAYS if first <= day <= last]
        if days:
            assert law.covers_all(first, last) is all(days)
            assert law.covers_any(first, last) is any(days)
    assert all(begin < end for begin, end in law.spans)


def test_the_second_opinion_finds_the_same_days() -> None:
    rulebook = af.load_rulebook(CASE / "rules.yaml")
    world = World(rulebook, af.load_scenario(CASE / "scenario", rulebook))
    days = [date(2024, 12, 8) + timedelta(days=count) for count in range(10)]
    for r in rulebook.rules:
        for first, last in product(days, days):
            if first <= last:
                law = r.effective
                assert law.covers_all(first, last) is is_law_throughout(world, r, first, last)
                assert law.covers_any(first, last) is is_law_sometime(world, r, first, last)
    assert len({r.effective.covers(day) for r in rulebook.rules for day in days}) == 2


def test_replaced_rule_shadows_nothing_and_is_not_shadowed(tmp_path: Path) -> None:
    """The city says the same as the nation, so one of them would be in vain, were they law on the same day."""
    write(
        tmp_path,
        negara="negara|sources: {uu: {label: {id: a, en: b}}}\n"
        "duties: {d: {class: support, priority: 1, label: {id: a, en: b}}}\n"
        "rules:\n" + rule("N-1"),
        kota="kota: ../negara|rules:\n" + rule("K-1", "replaces: [N-1], "),
        desa="desa: ../negara|rules:\n" + rule("D-1"),
    )
    assert "W403" not in {d.code for d in af.check(tmp_path / "kota")}
    assert "W403" in {d.code for d in af.check(tmp_path / "desa")}


def test_rule_that_is_needed_while_another_is_replaced_is_not_in_vain(tmp_path: Path) -> None:
    """N-1 says what N-2 says, but a province replaces N-2 for two years, and a city its rule for good."""
    write(
        tmp_path,
        negara="negara|sources: {uu: {label: {id: a, en: b}}}\n"
        "duties: {d: {class: support, priority: 1, label: {id: a, en: b}}}\n"
        "rules:\n" + rule("N-1") + rule("N-2"),
        propinsi="propinsi: ../negara|rules:\n"
        + rule("P-1", "replaces: [N-2], effective: {from: 2027-01-01, until: 2029-01-01}, "),
        kota="kota: ../propinsi|rules:\n"
        + rule("K-1", "replaces: [P-1], ").replace("officer.fit: true", "officer.rest_hours: {gte: 1}"),
    )
    found = [d for d in af.check(tmp_path / "kota") if d.code == "W403"]
    assert [d.message("en").partition("`")[2].partition("`")[0] for d in found] == ["N-2"]


def test_bases_share_what_a_rulebook_may_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asn_flex.rulebook.files.MAX_TOTAL_MIB", 1)
    filler = "\n# " + "x" * 600_000 + "\n"
    write(
        tmp_path,
        negara="negara|sources: {uu: {label: {id: a, en: b}}}" + filler,
        propinsi="propinsi: ../negara|rules:\n" + rule("P-1") + filler,
        kota="kota: ../propinsi|rules:\n" + rule("K-1"),
    )
    assert [d.code for d in af.check(tmp_path / "kota") if d.code.startswith("E106")] == ["E106"]


def test_base_is_not_told_to_name_a_rule_that_stands_above_it(tmp_path: Path) -> None:
    """A cover of the nation lifts what the city replaces: only the city can name its own rule."""
    lifts = "overrides: [N-1], source: [uu], effective: {until: 2030-01-01}"
    write(
        tmp_path,
        negara="negara|sources: {uu: {label: {id: a, en: b}}}\n"
        "duties: {d: {class: support, priority: 1, label: {id: a, en: b}}}\n"
        "rules:\n" + rule("N-1") + f"  - {{id: N-2, kind: cover, {LABEL}, duty: d, by: standard, {lifts}}}\n",
        kota="kota: ../negara|rules:\n" + rule("K-1", "replaces: [N-1], "),
    )
    (found,) = (d for d in af.check(tmp_path / "kota") if d.code == "W312")
    assert "in the rulebook of `K-1`" in found.message("en")
