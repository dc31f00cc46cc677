"""The sentences of the catalogue, as data: key to (Indonesian, English). Kept apart from the code that fills them."""

from __future__ import annotations

from asn_flex.errors import Text

_M = Text

MESSAGES: dict[str, Text] = {
    "hint.nearest": _M("; maksud Anda `{name}`?", "; did you mean `{name}`?"),
    # ---- E1: the form of a rule file -------------------------------------------------------------------------
    "E101": _M("berkas tidak terbaca: {problem}", "the file cannot be read: {problem}"),
    "E101.none": _M(
        "tidak ada berkas aturan (*.yaml) di sini; periksa jalurnya",
        "there is no rule file (*.yaml) here; check the path",
    ),
    "E101.utf8": _M(
        "berkas bukan teks UTF-8; simpan ulang sebagai UTF-8",
        "the file is not UTF-8 text; save it again as UTF-8",
    ),
    "E102": _M(
        "bukan YAML yang sah: {problem}; periksa lekukan, titik dua dan tanda kutip di baris ini",
        "not valid YAML: {problem}; check the indentation, colons and quotes near this line",
    ),
    "E102.character": _M(
        "karakter terlarang {character} dalam berkas; hapus",
        "forbidden character {character} in the file; delete it",
    ),
    "E103": _M(
        "berkas harus diawali `format: {format}`",
        "the file must begin with `format: {format}`",
    ),
    "E103.other": _M(
        "format `{found}` tidak dikenal; versi ini membaca `{format}`",
        "format `{found}` is unknown; this version reads `{format}`",
    ),
    "E104": _M(
        "kunci `{key}` ditulis dua kali (pertama di {first}); hapus salah satu",
        "key `{key}` is written twice (first at {first}); delete one of them",
    ),
    "E105.anchor": _M(
        "jangkar YAML `&{name}` tidak diizinkan; tulis nilainya langsung",
        "YAML anchor `&{name}` is not allowed; write the value out",
    ),
    "E105.alias": _M(
        "alias YAML `*{name}` tidak diizinkan; tulis nilainya langsung",
        "YAML alias `*{name}` is not allowed; write the value out",
    ),
    "E105.tag": _M(
        "tag YAML `{tag}` tidak diizinkan; hapus",
        "YAML tag `{tag}` is not allowed; delete it",
    ),
    "E105.merge": _M(
        "kunci gabung `<<` tidak diizinkan; tulis isinya langsung",
        "merge key `<<` is not allowed; write its content out",
    ),
    "E106.size": _M("berkas lebih besar dari 4 MiB; bagi menjadi beberapa", "the file is larger than 4 MiB; split it"),
    "E106.depth": _M(
        "isi bersarang lebih dari {depth} tingkat; sederhanakan",
        "the content is nested deeper than {depth} levels; simplify it",
    ),
    "E107": _M("berkas harus berisi pemetaan `kunci: nilai`", "the file must hold a mapping, `key: value`"),
    "E107.documents": _M(
        "satu berkas hanya boleh berisi satu dokumen; hapus `---` ini",
        "a file holds one document only; delete this `---`",
    ),
    "E107.key": _M("kunci harus berupa kata", "a key must be a word, not a list or mapping"),
    # ---- E2: entries -----------------------------------------------------------------------------------------
    "E201": _M("kunci `{key}` tidak dikenal dalam {where}", "unknown key `{key}` in {where}"),
    "E202": _M("{where} harus punya `{key}`", "{where} needs `{key}`"),
    "E203": _M("nilai {found} tidak cocok: harus {wanted}", "value {found} does not fit: it must be {wanted}"),
    "E204": _M("jenis aturan `{kind}` tidak dikenal; yang ada: {known}", "unknown rule kind `{kind}`; there are: {known}"),
    "E205": _M(
        "`{name}` dicadangkan untuk versi kelak dan belum dapat dipakai; hapus dulu",
        "`{name}` is reserved for a later version and cannot be used yet; remove it for now",
    ),
    "E206": _M("nilai {found} di luar batas: harus {wanted}", "value {found} is out of range: it must be {wanted}"),
    "E207": _M("bagian {found} harus ditulis sebagai persen, misalnya `40%`", "share {found} must be written as a percentage, such as `40%`"),
    "E208": _M(
        "`{found}` bukan id: pakai huruf, angka, `.`, `_` dan `-` saja",
        "`{found}` is not an id: use letters, digits, `.`, `_` and `-` only",
    ),
    "E209": _M("{where}: {problem}", "{where}: {problem}"),
    "E210": _M("bagian `{key}` tidak dikenal", "unknown section `{key}`"),
    # ---- E3: references --------------------------------------------------------------------------------------
    "E301": _M(
        "{where} menyebut {what} `{name}`, yang tidak ditetapkan di berkas mana pun",
        "{where} names {what} `{name}`, which no file defines",
    ),
    "E302": _M(
        "{what} `{name}` ditetapkan dua kali (pertama di {first}); beri nama lain atau hapus salah satu",
        "{what} `{name}` is defined twice (first at {first}); rename or delete one of them",
    ),
    "E303": _M(
        "lingkaran {what}: {cycle}; putuskan salah satu mata rantainya",
        "cycle of {what}: {cycle}; break one of its links",
    ),
    "E304": _M(
        "aturan `{rule}` memakai `{key}`, jadi harus punya {missing}",
        "rule `{rule}` uses `{key}`, so it needs {missing}",
    ),
    "E305": _M(
        "aturan `{target}` mutlak (absolute) dan tidak dapat dikesampingkan oleh `{rule}`",
        "rule `{target}` is absolute and cannot be overridden by `{rule}`",
    ),
    "E306": _M(
        "aturan `{rule}` mengesampingkan `{target}`, yang bukan forbid atau limit",
        "rule `{rule}` overrides `{target}`, which is neither a forbid nor a limit",
    ),
    "E307": _M(
        "giliran `{shift}` dari tugas `{duty}` punya dua arti (juga di {first}); samakan jamnya atau beri id lain",
        "shift `{shift}` of duty `{duty}` has two meanings (also at {first}); give the same hours or another id",
    ),
    "E308": _M(
        "tingkat {level} melebihi skala `{competency}` (1..{levels})",
        "level {level} is beyond the scale of `{competency}` (1..{levels})",
    ),
    "E309": _M(
        "aturan `{rule}` menyebut `{competency}` dalam `{key}`, tetapi tidak ada tugas terpilih yang mensyaratkannya{strictly}",
        "rule `{rule}` names `{competency}` under `{key}`, but no selected duty requires it{strictly}",
    ),
    "E310": _M(
        "pilihan tugas aturan `{rule}` tidak mengenai tugas mana pun",
        "the duty selection of rule `{rule}` matches no duty",
    ),
    # ---- E4: conditions --------------------------------------------------------------------------------------
    "E401": _M("fakta `{name}` tidak dikenal", "unknown fact `{name}`"),
    "E402": _M("fakta `{name}` tidak dapat ditanyakan di `{where}`: {reason}", "fact `{name}` cannot be asked in `{where}`: {reason}"),
    "E403": _M("nilai {found} tidak cocok dengan `{name}`: harus {wanted}", "value {found} does not fit `{name}`: it must be {wanted}"),
    "E404": _M("nilai {found} tidak mungkin untuk `{name}`: {wanted}", "value {found} is impossible for `{name}`: {wanted}"),
    "E405": _M("operator `{operator}` tidak cocok dengan `{name}` ({kind}); yang dapat dipakai: {allowed}", "operator `{operator}` does not fit `{name}` ({kind}); it takes: {allowed}"),
    "E406": _M("parameter `{param}` bersatuan `{found}`, sedangkan `{name}` bersatuan `{wanted}`", "parameter `{param}` is in `{found}`, but `{name}` is in `{wanted}`"),
    "E407": _M("syarat salah bentuk: {problem}", "malformed condition: {problem}"),
    "E408": _M("`{name}` bisa tidak diketahui, jadi `minimise` harus punya `if_unknown: poin`", "`{name}` can be unknown, so `minimise` needs `if_unknown: points`"),
    "E409": _M("parameter `{name}` tidak ditetapkan", "parameter `{name}` is not defined"),
    # ---- warnings --------------------------------------------------------------------------------------------
    "W501": _M("{where} tidak punya label dalam bahasa `{lang}`", "{where} has no label in language `{lang}`"),
    "W502": _M("aturan `{rule}` tidak punya dasar hukum (`source`)", "rule `{rule}` has no legal source (`source`)"),
    "W503": _M("{where} tidak punya label", "{where} has no label"),
    # ---- words and phrases -----------------------------------------------------------------------------------
    "word.competency": _M("kompetensi", "competency"),
    "word.duty": _M("tugas", "duty"),
    "word.event": _M("kejadian", "event"),
    "word.rule": _M("aturan", "rule"),
    "word.source": _M("dasar hukum", "source"),
    "word.parameter": _M("parameter", "parameter"),
    "word.attribute": _M("fakta", "attribute"),
    "word.measure": _M("ukuran", "measure"),
    "word.is_a": _M("is_a antarkejadian", "is_a between events"),
    "word.implies": _M("implies antarkompetensi", "implies between competencies"),
    "word.escalate": _M("fakta kejadian yang ditetapkan aturan escalate", "event facts that escalate rules set"),
    "word.tests": _M("uji", "test"),
    "word.pack": _M("pack", "pack"),
    "kind.bool": _M("ya/tidak", "yes/no"),
    "kind.int": _M("bilangan bulat", "whole number"),
    "kind.number": _M("bilangan", "number"),
    "kind.text": _M("teks", "text"),
    "kind.enum": _M("pilihan", "choice"),
    "kind.date": _M("tanggal", "date"),
    "kind.area": _M("wilayah", "area"),
    "kind.set": _M("himpunan", "set"),
    "range.one_of": _M("salah satu dari {options}", "one of {options}"),
    "range.between": _M("antara {low} dan {high}", "between {low} and {high}"),
    "range.at_least": _M("paling sedikit {low}", "at least {low}"),
    "range.at_most": _M("paling banyak {high}", "at most {high}"),
    "reason.scope": _M("di sini hanya {allowed}", "here only {allowed} can be asked"),
    "reason.area": _M("di sini belum ada wilayah tugas", "no area is known here"),
    "reason.holds": _M("`when` menanyakan keadaan, bukan orang; pindahkan ke `who`", "`when` asks about the situation, not about a person; move it to `who`"),
    "condition.not_mapping": _M("{found} bukan pemetaan; tulis `fakta: nilai`", "{found} is not a mapping; write `fact: value`"),
    "condition.not_list": _M("`{key}` harus berisi daftar syarat yang tidak kosong", "`{key}` needs a non-empty list of conditions"),
    "condition.holds": _M("{found}: tulis `holds: {{competency: …, level: …}}`", "{found}: write `holds: {{competency: …, level: …}}`"),
    "condition.no_operator": _M("`{name}` tidak punya operator", "`{name}` has no operator"),
    "condition.operand_list": _M("`{operator}` harus berisi daftar yang tidak kosong, misalnya [a, b]", "`{operator}` needs a non-empty list, such as [a, b]"),
    "condition.operand": _M("`{operator}` harus berisi satu nilai atau `{{param: nama}}`", "`{operator}` needs one value or `{{param: name}}`"),
    "cover.no_form": _M("tulis salah satu: `who` (dengan `strength`), `by: substitution` atau `by: standard`", "write one of: `who` (with `strength`), `by: substitution` or `by: standard`"),
    "cover.needs": _M("`{form}` harus disertai `{key}`", "`{form}` needs `{key}` beside it"),
    "cover.misplaced": _M("{keys} tidak berlaku bersama `{form}`; hapus", "{keys} does not go with `{form}`; remove it"),
    "keep.empty": _M("tulis `share`, `at_least`, atau keduanya", "write `share`, `at_least`, or both"),
    "team.empty": _M("tulis `include`, `max_substitutes`, atau keduanya", "write `include`, `max_substitutes`, or both"),
    "prefer.one_of": _M("tulis salah satu: `points` (dengan `who`) atau `minimise` (dengan `weight`)", "write one of: `points` (with `who`) or `minimise` (with `weight`)"),
    "prefer.zero": _M("`points: 0` tidak mengubah apa pun; hapus aturan ini atau beri poin", "`points: 0` changes nothing; remove the rule or give points"),
    "prefer.misplaced": _M("`weight` dan `if_unknown` hanya berlaku bersama `minimise`", "`weight` and `if_unknown` go with `minimise` only"),
    "word.rulebook": _M("kitab aturan", "the rulebook"),
    "word.strictly": _M(" secara mutlak (strict)", " strictly"),
    "attribute.name": _M("nama fakta harus `officer.…`, `unit.…`, `event.…` atau `area.…`", "a fact is named `officer.…`, `unit.…`, `event.…` or `area.…`"),
    "attribute.taken": _M("fakta ini sudah ada dalam bahasa aturan; pakai nama lain", "the rule language has this fact already; use another name"),
    "attribute.values": _M("`values` wajib untuk `type: enum` dan hanya untuk itu", "`values` belongs to `type: enum`, and must be there"),
    "attribute.range": _M("`min`, `max` dan `unit` hanya untuk `type: int` atau `number`", "`min`, `max` and `unit` go with `type: int` or `number` only"),
    "parameter.twice": _M("dua nilai mulai {date}", "two values start on {date}"),
    "competency.itself": _M("kompetensi tidak dapat menggantikan dirinya sendiri", "a competency cannot substitute itself"),
    "duty.twice": _M("kompetensi `{competency}` disyaratkan dua kali", "competency `{competency}` is required twice"),
    "escalate.empty": _M("tulis `set`, `recommend`, atau keduanya", "write `set`, `recommend`, or both"),
    "escalate.refused": _M("`{name}` tidak dapat ditetapkan aturan; nilainya berasal dari skenario", "`{name}` cannot be set by a rule; it comes from the scenario"),
    "activate.level": _M("`level` hanya berlaku bersama `each: area`", "`level` goes with `each: area` only"),
    # ---- situation: C conflict, W6 warnings, engine (situation/) ---------------------------------------------
    "C101": _M(
        "aturan `{rule}` menetapkan `{fact}` = {value}, sedangkan aturan `{other}` ({other_place}) menetapkannya = {other_value}; keduanya berlaku sekarang, jadi persempit `when` salah satunya atau samakan nilainya",
        "rule `{rule}` sets `{fact}` to {value}, but rule `{other}` ({other_place}) sets it to {other_value}; both are in force now, so narrow the `when` of one or give both the same value",
    ),
    "W601": _M(
        "parameter `{param}` belum punya nilai pada {today} (nilai pertama mulai {first}), jadi aturan `{rule}` menganggapnya tidak diketahui; tambahkan nilai yang berlaku hari ini",
        "parameter `{param}` has no value yet on {today} (its first starts on {first}), so rule `{rule}` takes it as unknown; add a value that stands today",
    ),
    "W602": _M(
        "aturan `{rule}` menghitung formasi dari `{fact}`, yang tidak diketahui untuk {demands}; dipakai dasarnya ({base}); isi fakta itu agar jumlahnya tepat",
        "rule `{rule}` counts seats by `{fact}`, which is unknown for {demands}; its base ({base}) is used; fill in the fact to get the right number",
    ),
    "W603": _M(
        "mesin inferensi `{engine}` gagal ({problem}); situasi dihitung dengan evaluator biasa, hasilnya sama",
        "the inference engine `{engine}` failed ({problem}); the situation was worked out by the plain evaluator, which decides the same",
    ),
    "situation.assume_name": _M("`{name}` bukan fakta kejadian, jadi tidak dapat diandaikan", "`{name}` is no fact of the event, so it cannot be assumed"),
    "situation.assume_value": _M("nilai `{found}` tidak cocok untuk `{name}`: harus {wanted}", "value `{found}` does not fit `{name}`: it must be {wanted}"),
    "situation.assume_area": _M("wilayah `{found}` untuk `{name}` tidak ada di tabel areas", "area `{found}` for `{name}` is not in the table areas"),
    # ---- end of situation ----
    # ---- P: pins ---------------------------------------------------------------------------------------------
    "P101": _M("pin menunjuk kebutuhan `{demand}`, yang tidak ada dalam situasi ini; hapus pin atau periksa id", "the pin names demand `{demand}`, which does not arise in this situation; remove the pin or check the id"),
    "P102": _M("pin menunjuk pegawai `{officer}`, yang tidak ada atau dikarantina", "the pin names officer `{officer}`, who is unknown or quarantined"),
    "P103": _M("pegawai `{officer}` dipin pada dua kebutuhan, `{first}` dan `{second}`; pilih satu", "officer `{officer}` is pinned to two demands, `{first}` and `{second}`; choose one"),
    "P104": _M("pegawai `{officer}` tidak boleh mengisi `{demand}`: {lacks}; hapus pin atau penuhi syaratnya", "officer `{officer}` may not take `{demand}`: {lacks}; remove the pin or mend the ground"),
    "P105": _M("pegawai `{officer}` dipin `must` dan `never` pada `{demand}`; pilih satu", "officer `{officer}` is pinned both `must` and `never` to `{demand}`; choose one"),
    "P106": _M("{pins} pegawai dipin pada `{demand}`, yang hanya punya {seats} formasi", "{pins} officers are pinned to `{demand}`, which has {seats} seats only"),
    "P107": _M("{pins} pegawai unit `{unit}` dipin, tetapi aturan `{rule}` hanya melepas {cap}", "{pins} officers of unit `{unit}` are pinned, but rule `{rule}` lets {cap} go"),
    "P108": _M("pin-pin ini tidak dapat berlaku bersama; aturan regu yang terkait: {rules}", "these pins cannot hold together; the team rules concerned: {rules}"),
    "P109": _M("{pins} pegawai dipin pada `{demand}` sebagai pengganti, tetapi aturan `{rule}` hanya mengizinkan {cap}", "{pins} officers are pinned to `{demand}` as substitutes, but rule `{rule}` allows {cap}"),
    "miss.available": _M("tidak tersedia pada hari-hari itu", "is not available on those days"),
    "miss.competency": _M("tidak punya kompetensi `{name}` tingkat {level}", "lacks competency `{name}` at level {level}"),
    "miss.rule": _M("ditolak aturan `{name}`", "is refused by rule `{name}`"),
    # ---- U, X: the command line ------------------------------------------------------------------------------
    "U102": _M("`--assume {found}` harus berbentuk `event.phase=response`", "`--assume {found}` must look like `event.phase=response`"),
    "U103": _M("skenario tidak menyebut `rules:`; beri `--rules FOLDER`", "the scenario has no `rules:`; give `--rules FOLDER`"),
    "U104": _M("rencana saja tidak cukup; beri bundel .zip, atau `--scenario` (dan `--rules`)", "a plan alone is not enough; give a .zip bundle, or `--scenario` (and `--rules`)"),
    "X101": _M("tidak dapat ditulis atau dibaca: {problem}", "cannot be written or read: {problem}"),
    "check.summary": _M("{errors} galat, {warnings} peringatan", "{errors} errors, {warnings} warnings"),
    "progress.read": _M("membaca aturan dan tabel …", "reading rules and tables …"),
    "progress.infer": _M("menilai keadaan …", "settling the situation …"),
    "progress.match": _M("menyaring siapa yang boleh …", "finding who may do what …"),
    "progress.plan": _M("menyusun rencana terbaik …", "computing the best plan …"),
    "progress.write": _M("menulis rencana …", "writing the plan …"),
}
