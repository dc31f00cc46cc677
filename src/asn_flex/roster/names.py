"""What clerks call tables, columns and values, in Indonesian and English (semantics §6.5).

`docs/rosters.md` shows these tables; a test holds the two together. A name is compared without case, punctuation and
what stands in brackets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NO_WORD = re.compile(r"[\W_]+")
# Spaces of every kind, what has no width, and the mark of text that some programs leave in the cell.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")

EVENT = "event"
TABLE_NAMES: Mapping[str, tuple[str, ...]] = {
    "officers": ("pegawai", "asn", "data pegawai", "daftar pegawai", "data asn", "daftar asn", "personel", "officer",
                 "staff", "employees", "roster"),
    "holdings": ("kompetensi", "kepemilikan kompetensi", "kompetensi pegawai", "keahlian", "holding", "competencies",
                 "skills"),
    "units": ("opd", "unit", "unit kerja", "perangkat daerah", "daftar opd", "instansi", "offices", "departments"),
    "areas": ("wilayah", "daftar wilayah", "kelurahan", "kecamatan", "area", "places"),
    "travel": ("perjalanan", "waktu tempuh", "jarak", "travel times"),
    "observations": ("pengamatan", "observasi", "laporan", "laporan warga", "observation", "readings"),
    "demands": ("kebutuhan", "kebutuhan tambahan", "formasi", "demand"),
    "pins": ("penetapan", "keputusan penempatan", "pin", "decisions"),
    EVENT: ("kejadian", "bencana", "skenario", "scenario", "situasi"),
}  # fmt: skip

COLUMN_NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "officers": {
        "id": ("id pegawai", "kode pegawai", "nomor pegawai", "officer id", "staff id", "officer"),
        "nip": ("nip baru", "nomor induk pegawai", "ni pppk", "nip nippppk", "nip ni pppk", "employee number"),
        "name": ("nama", "nama pegawai", "nama lengkap", "nama asn", "full name", "officer name"),
        "unit": ("opd", "unit kerja", "perangkat daerah", "instansi", "satuan kerja", "skpd", "kantor", "home unit",
                 "department", "office"),
        "employment": ("status kepegawaian", "status pegawai", "jenis kepegawaian", "jenis asn", "employment status"),
        "grade": ("golongan", "gol", "gol ruang", "golongan ruang", "pangkat golongan"),
        "rank": ("pangkat",),
        "post": ("jabatan", "nama jabatan", "position", "job title"),
        "position_class": ("kelompok jabatan", "jenjang jabatan", "jenis jabatan", "class of post"),
        "sex": ("jenis kelamin", "jk", "l p", "kelamin", "gender"),
        "birth_date": ("tanggal lahir", "tgl lahir", "date of birth", "birthday"),
        "service_until": ("tmt pensiun", "tanggal pensiun", "pensiun", "bekerja sampai", "retirement date"),
        "home_area": ("domisili", "wilayah domisili", "kelurahan domisili", "alamat kelurahan", "tempat tinggal",
                      "home", "lives in"),
        "work_area": ("wilayah kerja", "lokasi kerja", "tempat tugas", "kelurahan kantor", "works in"),
        "available": ("tersedia", "siap tugas", "dapat ditugaskan"),
        "available_from": ("tersedia mulai", "tersedia dari", "available since"),
        "available_until": ("tersedia sampai", "tersedia hingga", "available to"),
        "fit": ("sehat", "laik tugas", "kondisi sehat", "fit for duty"),
        "affected": ("terdampak", "keluarga terdampak", "rumah terdampak", "own household hit"),
        "willing": ("bersedia", "kesediaan", "mau ditugaskan"),
        "rest_hours": ("jam istirahat", "istirahat jam", "hours of rest"),
        "hours_7d": ("jam 7 hari", "jam kerja 7 hari", "jam tugas 7 hari", "hours in 7 days"),
        "deployed_days_90d": ("hari tugas 90 hari", "hari penugasan 90 hari", "days deployed in 90 days"),
        "phone": ("telepon", "no hp", "nomor hp", "hp", "no telepon", "wa", "whatsapp", "mobile"),
    },
    "holdings": {
        "officer": ("id pegawai", "pegawai", "nip", "nama pegawai", "nama", "id", "officer id", "name"),
        "competency": ("kompetensi", "kode kompetensi", "keahlian", "nama kompetensi", "skill"),
        "level": ("tingkat", "level kompetensi", "tingkat kompetensi", "tingkat penguasaan"),
        "evidence": ("bukti", "jenis bukti", "sertifikat", "dokumen"),
        "valid_until": ("berlaku sampai", "berlaku hingga", "masa berlaku", "kedaluwarsa", "expires", "expiry"),
    },
    "units": {
        "id": ("id opd", "kode opd", "kode unit", "kode", "unit id", "unit", "opd", "unit kerja"),
        "name": ("nama", "nama opd", "nama unit", "nama unit kerja", "unit name"),
        "service_class": ("kelas layanan", "jenis layanan", "sifat layanan", "class of service"),
        "area": ("wilayah", "lokasi", "alamat", "kecamatan", "location"),
        "tags": ("label", "tanda", "penanda", "tag"),
    },
    "areas": {
        "id": ("kode wilayah", "kode", "id wilayah", "kode kemendagri", "area id", "area"),
        "name": ("nama", "nama wilayah", "kelurahan", "area name"),
        "parent": ("induk", "wilayah induk", "kode induk", "bagian dari", "within"),
        "lat": ("lintang", "latitude"),
        "lon": ("bujur", "longitude", "lng", "long"),
        "level": ("jenjang", "tingkat wilayah", "tingkat", "jenis wilayah"),
        "flooded": ("tergenang", "banjir", "kebanjiran", "under water"),
        "depth_cm": ("kedalaman", "tinggi air cm", "kedalaman cm", "tinggi genangan", "depth"),
        "population": ("penduduk", "jumlah penduduk", "people"),
        "affected_people": ("terdampak", "jiwa terdampak", "penduduk terdampak", "jumlah terdampak"),
    },
    "travel": {
        "from": ("dari", "asal", "origin"),
        "to": ("ke", "tujuan", "destination"),
        "minutes": ("menit", "waktu tempuh", "lama", "waktu menit", "travel min"),
    },
    "observations": {
        "time": ("waktu", "jam", "tanggal", "saat", "observed at"),
        "kind": ("jenis", "jenis pengamatan", "apa", "type"),
        "value": ("nilai", "hasil", "angka", "reading"),
        "area": ("wilayah", "lokasi", "tempat", "where"),
        "source": ("sumber", "sumber data", "asal laporan", "reported by"),
    },
    "demands": {
        "duty": ("tugas", "tugas darurat", "jenis tugas", "task"),
        "area": ("wilayah", "lokasi", "tempat", "where"),
        "shift": ("giliran", "gilir", "regu jaga"),
        "seats": ("formasi", "jumlah", "jumlah orang", "kebutuhan", "people"),
        "minimum": ("minimal", "paling sedikit", "at least"),
        "covered_elsewhere": ("sudah terisi", "dari luar", "diisi pihak lain", "covered by others"),
        "by": ("oleh", "diminta oleh", "sumber", "requested by"),
    },
    "pins": {
        "officer": ("id pegawai", "pegawai", "nip", "nama pegawai", "nama", "id", "name"),
        "demand": ("tugas", "kebutuhan", "penempatan", "duty"),
        "pin": ("keputusan", "ketetapan", "wajib atau jangan", "decision"),
        "by": ("oleh", "diputuskan oleh", "decided by"),
        "reason": ("alasan", "sebab", "keterangan", "why"),
    },
    EVENT: {
        "id": ("kode", "kode skenario", "id kejadian"),
        "label": ("nama", "nama kejadian", "judul", "name", "title"),
        "now": ("sekarang", "saat perencanaan", "waktu perencanaan", "planned for"),
        "type": ("jenis", "jenis kejadian", "jenis bencana", "kind of event"),
        "areas": ("wilayah", "wilayah terdampak", "wilayah kejadian", "affected areas"),
        "command_area": ("wilayah komando", "posko", "pusat komando", "command post"),
        "started": ("mulai", "mulai kejadian", "waktu kejadian", "began"),
        "severity": ("keparahan", "tingkat keparahan", "tingkat"),
        "phase": ("status", "status darurat", "status keadaan darurat", "fase"),
        "decree": ("keputusan", "sk", "dasar", "surat keputusan"),
        "affected_people": ("jiwa terdampak", "terdampak", "jumlah terdampak"),
        "start": ("tugas mulai", "periode mulai", "mulai tugas", "dari tanggal", "period start"),
        "end": ("tugas sampai", "periode sampai", "selesai tugas", "sampai tanggal", "period end"),
    },
}  # fmt: skip

VALUE_NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "yes_no": {
        "true": ("ya", "yes", "y", "benar", "betul", "ada", "1", "v", "✓", "✔", "√"),
        "false": ("tidak", "tdk", "no", "n", "salah", "bukan", "tidak ada", "0"),
    },
    "employment": {
        "pns": ("pegawai negeri sipil",),
        "pppk": ("p3k", "pegawai pemerintah dengan perjanjian kerja"),
        "pppk_part_time": ("pppk paruh waktu", "p3k paruh waktu", "paruh waktu", "part time"),
        "cpns": ("calon pns", "calon pegawai negeri sipil"),
    },
    "position_class": {
        "jpt": ("pimpinan tinggi", "jabatan pimpinan tinggi", "jpt pratama", "jpt madya"),
        "administrator": ("jabatan administrator",),
        "pengawas": ("jabatan pengawas", "supervisor"),
        "pelaksana": ("jabatan pelaksana",),
        "fungsional": ("jabatan fungsional", "functional"),
    },
    "sex": {
        "f": ("p", "perempuan", "wanita", "female", "pr"),
        "m": ("l", "laki laki", "laki", "pria", "male", "lk"),
    },
    "service_class": {
        "essential": ("esensial", "pokok", "layanan pokok", "vital"),
        "support": ("pendukung", "penunjang"),
        "administrative": ("administrasi", "administratif"),
    },
    "phase": {
        "alert": ("siaga", "siaga darurat"),
        "response": ("tanggap", "tanggap darurat"),
        "recovery": ("transisi", "pemulihan", "transisi darurat ke pemulihan", "transisi ke pemulihan"),
    },
    "pin": {
        "must": ("wajib", "harus"),
        "never": ("jangan", "tidak boleh", "dilarang"),
    },
    # The levels of Permenpan-RB 38/2017 by their names.
    "level": {
        "1": ("paham",),
        "2": ("dasar",),
        "3": ("menengah",),
        "4": ("mumpuni",),
        "5": ("ahli",),
    },
    "evidence": {
        "certificate": ("sertifikat",),
        "training": ("pelatihan", "diklat", "bimtek"),
        "assessment": ("penilaian", "asesmen", "uji kompetensi"),
        "licence": ("sim", "lisensi", "surat izin"),
        "str": ("surat tanda registrasi",),
    },
}  # fmt: skip

# What people write where they know nothing.
NOTHING = frozenset(
    {"", "-", "--", "—", "–", "n/a", "#n/a", "na", "nihil", "kosong", "null", "none", "tidak diketahui"}
)
# A column that only counts the rows.
SERIAL = frozenset({"no", "nomor", "no urut", "nomor urut", "nr", "#", "row"})
# What stands before the name of a place and is not part of it.
_PLACE_WORDS = re.compile(r"^(?:kel|kelurahan|kec|kecamatan|desa|kota|kabupaten|kab)\s+(?=\S)")


def clean(text: str) -> str:
    """Return a cell's text without what cannot be seen: odd spaces, marks without width, spaces around it."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return re.sub(r"[^\S\n]+", " ", text).strip()


def fold(text: str) -> str:
    """Return what of a name is compared: letters and digits in lower case, apart by single spaces.

    Examples
    --------
    >>> fold("  Tgl._Lahir ")
    'tgl lahir'
    """
    return _NO_WORD.sub(" ", clean(text).casefold()).strip()


def readings(label: str) -> Iterable[str]:
    """Return how a name may be read, the most literal first: as a whole, without brackets, parts between slashes."""
    yield fold(label)
    bare = _BRACKETS.sub(" ", label)
    yield fold(bare)
    if "/" in bare:
        yield from (fold(part) for part in bare.split("/"))


def fold_place(text: str) -> str:
    """Return what of the name of an area is compared: without `Kel.`, `Kecamatan` and the like before it."""
    return _PLACE_WORDS.sub("", fold(text))


def table_named(name: str) -> str | None:
    """Return the table that a sheet's name means, or None."""
    known = {fold(alias): table for table, aliases in TABLE_NAMES.items() for alias in (table, *aliases)}
    return next((known[text] for text in readings(name) if text in known), None)


def aliases_of(table: str, column: str) -> Sequence[str]:
    """Return the names of a column, its own first."""
    return (column, *COLUMN_NAMES.get(table, {}).get(column, ()))
