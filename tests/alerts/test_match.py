"""An alert is about the areas that a person would point at (semantics §6.6)."""

from __future__ import annotations

import pytest

from asn_flex.alerts.match import Matched, Places

from .build import EVERYWHERE, LOWEST, SELATAN, TIMUR, alert_xml, area_xml, info_xml, load_town, read, write_town


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> Places:
    return Places(load_town(write_town(tmp_path_factory.mktemp("places")))[1])


def matched(places: Places, *areas: str) -> Matched:
    return places.matched(read(alert_xml("A", info_xml(*areas))).infos[0].areas)


def test_a_polygon_meets_the_kelurahan_of_the_kecamatan_whose_point_it_covers(places) -> None:
    found = matched(places, area_xml("Sumatera Utara", polygons=(SELATAN,)))
    assert found.areas == {"12.74.01.1": "polygon", "12.74.01.2": "polygon"}


def test_an_area_without_areas_below_stands_for_itself(places) -> None:
    assert matched(places, area_xml(polygons=(TIMUR,))).areas == {"12.74.06": "polygon"}


def test_polygons_of_several_blocks_add_up(places) -> None:
    found = matched(places, area_xml(polygons=(SELATAN,)), area_xml(polygons=(TIMUR,)))
    assert set(found.areas) == {"12.74.01.1", "12.74.01.2", "12.74.06"}


def test_a_circle_reaches_as_many_kilometres_as_it_says(places) -> None:
    """From 2.90, 99.80 to 12.74.05 (2.94, 99.70) are √(4.45² + 11.1²) = 12.0 km, and as many to 12.74.06."""
    assert set(matched(places, area_xml(circles=("2.90,99.80 11.8",))).areas) == {"12.74.01.1", "12.74.01.2"}
    assert set(matched(places, area_xml(circles=("2.90,99.80 12.2",))).areas) == set(LOWEST)
    assert matched(places, area_xml(circles=("2.90,99.80 0",))).areas == dict.fromkeys(LOWEST[:2], "circle")


def test_a_name_counts_where_nothing_is_drawn(places) -> None:
    assert matched(places, area_xml("Kec. Datuk Bandar")).areas == {"12.74.05.1": "name"}
    assert matched(places, area_xml("Kota Tanjungbalai")).areas == dict.fromkeys(LOWEST, "name")


def test_a_drawing_decides_over_the_name_of_what_it_lies_in(places) -> None:
    assert set(matched(places, area_xml("Kota Tanjungbalai", polygons=(TIMUR,))).areas) == {"12.74.06"}


def test_a_drawing_that_just_misses_the_point_of_the_area_named_meets_it(places) -> None:
    """The edge at 99.72 is 0.02° east of the point of Datuk Bandar: 2.2 km."""
    beside = "2.90,99.72 2.98,99.72 2.98,99.75 2.90,99.75 2.90,99.72"
    assert matched(places, area_xml("Datuk Bandar", polygons=(beside,))).areas == {"12.74.05.1": "name"}
    assert matched(places, area_xml("Sumatera Utara", polygons=(beside,))).areas == {}


def test_a_name_far_from_the_drawing_does_not_count(places) -> None:
    far = "1.0,98.0 1.1,98.0 1.1,98.1 1.0,98.1 1.0,98.0"
    found = matched(places, area_xml("Datuk Bandar", polygons=(far,)))
    assert found.areas == {}


def test_where_nothing_is_met_the_nearest_area_is_told(places) -> None:
    beside = "2.90,99.72 2.98,99.72 2.98,99.75 2.90,99.75 2.90,99.72"
    found = matched(places, area_xml(polygons=(beside,)))
    assert found.nearest is not None
    assert found.nearest[0] == "12.74.05.1"
    assert found.nearest[1] == pytest.approx(2.22, abs=0.01)


def test_another_part_of_the_country_is_not_told_as_near(places) -> None:
    assert matched(places, area_xml(polygons=("-8,115 -8,116 -9,116 -9,115 -8,115",))) == Matched({}, None)


def test_the_very_id_counts_as_a_code_and_a_bps_code_does_not(places) -> None:
    """BPS 1274 is Tebing Tinggi; Kemendagri 12.74 is Tanjungbalai."""
    assert matched(places, area_xml(geocodes=(("Kemendagri", "12.74.05"),))).areas == {"12.74.05.1": "code"}
    assert matched(places, area_xml(geocodes=(("BPS", "1274"),))).areas == {}
    assert matched(places, area_xml(geocodes=(("Kode_BPS", "12.74.05"),))).areas == {}
    assert matched(places, area_xml(geocodes=(("x", "1274"),))).areas == {}


def test_areas_without_any_point_are_met_by_name_only(tmp_path) -> None:
    town = write_town(tmp_path, areas="id,name,parent,level,lat,lon\n12.74,Kota Tanjungbalai,,kota,,\n"
                      "12.74.01.1,Karya,12.74,kelurahan,,\n12.74.01.2,Pantai Burung,12.74,kelurahan,,\n"
                      "12.74.05.1,Sijambi,12.74,kelurahan,,\n12.74.06,Timur,12.74,kelurahan,,\n"
                      "12.74.05,Datuk Bandar,12.74,kecamatan,,\n")  # fmt: skip
    places = Places(load_town(town)[1])
    assert matched(places, area_xml("Karya", polygons=(EVERYWHERE,))).areas == {"12.74.01.1": "name"}
    assert matched(places, area_xml(polygons=(EVERYWHERE,))) == Matched({}, None)
