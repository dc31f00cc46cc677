"""Names in a text are found as a person of the town would (semantics §6.6)."""

from __future__ import annotations

import pytest

from asn_flex.alerts.names import MAX_LETTERS, AreaNames

from .build import AREAS, load_town, write_town


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> AreaNames:
    more = (
        "12.75,Kabupaten Contoh,,kabupaten,,\n12.75.01,Kota Baru,12.75,kecamatan,,\n"
        "12.75.02,Pasar Baru,12.75,kecamatan,,\n12.75.02.1,Pasar Baru,12.75.02,kelurahan,,\n"
        "12.75.03,Seberang,12.75,kecamatan,,\n12.75.03.1,Karya,12.75.03,kelurahan,,\n"
    )
    town = write_town(tmp_path_factory.mktemp("names"), areas=AREAS + more)
    return AreaNames(load_town(town)[1])


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        pytest.param("Datuk Bandar", {"12.74.05"}, id="plain"),
        pytest.param("DATUK BANDAR", {"12.74.05"}, id="capitals"),
        pytest.param("Kec. Datuk Bandar", {"12.74.05"}, id="shortened level"),
        pytest.param("Datuk Bandar Timur", {"12.74.06"}, id="the longer name wins"),
        pytest.param("Datuk Bandar, Timur", {"12.74.05"}, id="a comma parts names"),
        pytest.param("Datuk Bandar Barat", set(), id="a neighbour that nobody knows"),
        pytest.param("Datuk Bandar dan Datuk Bandar Timur", {"12.74.05", "12.74.06"}, id="two"),
        pytest.param("Tanjung Balai Selatan", {"12.74.01"}, id="another spelling"),
        pytest.param("Kota Tanjung Balai", {"12.74"}, id="level in the name"),
        pytest.param("Tanjungbalai", {"12.74"}, id="level left out"),
        pytest.param("Kota Tanjungbalai: Datuk Bandar", {"12.74.05"}, id="the city is the address"),
        pytest.param("Karya", {"12.74.01.1", "12.75.03.1"}, id="one name, two places"),
        pytest.param("Karya (Kec. Seberang)", {"12.75.03.1"}, id="the address decides"),
        pytest.param("Kelurahan Pasar Baru", {"12.75.02.1"}, id="the level decides"),
        pytest.param("Pasar Baru", {"12.75.02.1"}, id="the inner one of one name"),
        pytest.param("Baru", set(), id="a level that belongs to the name"),
        pytest.param("Kota Baru", {"12.75.01"}, id="a name that begins with another level"),
        pytest.param("Datukbandaran", set(), id="the beginning of another word"),
        pytest.param("Sumatera Utara", set(), id="nothing here"),
        pytest.param("", set(), id="nothing at all"),
        pytest.param("x " * MAX_LETTERS + "Datuk Bandar", set(), id="prose without end"),
    ],
)
def test_areas_named_in_a_text(names, text: str, areas: set[str]) -> None:
    assert names.named_in(text) == areas
