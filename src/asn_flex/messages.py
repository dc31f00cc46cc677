"""The sentences of the catalogue, as data: key to (Indonesian, English). Kept apart from the code that fills them."""

from __future__ import annotations

from asn_flex.errors import Text

_M = Text

MESSAGES: dict[str, Text] = {
    "hint.nearest": _M("; maksud Anda `{name}`?", "; did you mean `{name}`?"),
    "hint.keys": _M("; kunci yang ada di sini: {known}", "; the keys here are: {known}"),
    # ---- E1: the form of a rule file -------------------------------------------------------------------------
    "E101": _M("berkas tidak terbaca: {problem}", "the file cannot be read: {problem}"),
    "E101.none": _M(
        "tidak ada berkas aturan (*.yaml) di sini; periksa jalurnya",
        "there is no rule file (*.yaml) here; check the path",
    ),
    "E101.utf8": _M(
        "berkas bukan teks UTF-8 mulai di sini; simpan ulang sebagai UTF-8",
        "the file is not UTF-8 text from here on; save it again as UTF-8",
    ),
    "E102": _M("bukan YAML yang sah: {problem}", "not valid YAML: {problem}"),
    "E102.character": _M(
        "karakter terlarang {character} dalam berkas; hapus",
        "forbidden character {character} in the file; delete it",
    ),
    "yaml.colon": _M(
        "`: ` ini tidak pada tempatnya: beri tanda kutip pada teks yang berisi `: `, atau periksa lekukan dan titik dua baris di atasnya",
        "this `: ` is out of place: put text that contains `: ` in quotes, or check the indentation and the colon of the line above",
    ),
    "yaml.quote": _M("tanda kutip yang dibuka di sini tidak ditutup", "the quote that opens here is never closed"),
    "yaml.start": _M(
        "teks tidak boleh diawali `{character}`; beri tanda kutip",
        "text cannot begin with `{character}`; put it in quotes",
    ),
    "yaml.tab": _M("baris ini dijorokkan dengan tab; pakai spasi", "a tab indents this line; use spaces"),
    "yaml.indent": _M(
        "ini tidak cocok dengan blok yang mulai di baris {line}; periksa lekukan dan tanda kutip",
        "this does not fit the block that begins on line {line}; check indentation and quotes",
    ),
    "yaml.no_colon": _M(
        "kunci tanpa `: nilai`; periksa titik dua dan spasi sesudahnya",
        "a key without `: value`; check the colon and the space after it",
    ),
    "yaml.bracket": _M(
        "kurung yang dibuka di baris {line} kolom {column} belum ditutup sebelum ini; tambahkan `,` atau {closing}",
        "the bracket opened on line {line}, column {column} is not closed before this; add `,` or {closing}",
    ),
    "yaml.dash": _M(
        "daftar `- ` tidak boleh mulai di baris kuncinya; mulai di baris baru",
        "a list `- ` cannot begin on the line of its key; begin on a new line",
    ),
    "yaml.escape": _M(
        "`\\` tidak punya arti itu dalam kutip ganda; pakai kutip tunggal",
        "`\\` has no such meaning in double quotes; use single quotes",
    ),
    "yaml.content": _M("di sini seharusnya ada nilai", "a value is missing here"),
    "yaml.other": _M(
        "pembaca YAML berhenti di sini ({problem}); periksa lekukan, titik dua dan tanda kutip",
        "the YAML reader stops here ({problem}); check indentation, colons and quotes",
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
    "E106.items": _M(
        "lebih dari {limit} butir dalam satu daftar atau pemetaan; bagi",
        "more than {limit} items in one list or mapping; split it",
    ),
    "E107": _M("berkas harus berisi pemetaan `kunci: nilai`", "the file must hold a mapping, `key: value`"),
    "E107.documents": _M(
        "satu berkas hanya boleh berisi satu dokumen; hapus `---` ini",
        "a file holds one document only; delete this `---`",
    ),
    "E107.key": _M(
        "kunci harus berupa kata, tidak kosong dan bukan daftar atau pemetaan",
        "a key must be a word: not empty, no list and no mapping",
    ),
    "E108": _M(
        "lebih dari {limit} galat; sisanya baru ditampilkan sesudah ini dibetulkan",
        "more than {limit} errors; the rest is shown once these are mended",
    ),
    # ---- E2: entries -----------------------------------------------------------------------------------------
    "E201": _M("kunci `{key}` tidak dikenal dalam {where}", "unknown key `{key}` in {where}"),
    "E202": _M("{where} harus punya `{key}`", "{where} needs `{key}`"),
    "E203": _M("nilai {found} tidak cocok: harus {wanted}", "value {found} does not fit: it must be {wanted}"),
    "E203.empty": _M("nilainya belum diisi: harus {wanted}", "no value is given: it must be {wanted}"),
    "E204": _M(
        "jenis aturan `{kind}` tidak dikenal; yang ada: {known}", "unknown rule kind `{kind}`; there are: {known}"
    ),
    "E205": _M(
        "`{name}` dicadangkan untuk versi kelak dan belum dapat dipakai; hapus dulu",
        "`{name}` is reserved for a later version and cannot be used yet; remove it for now",
    ),
    "E206": _M("nilai {found} di luar batas: harus {wanted}", "value {found} is out of range: it must be {wanted}"),
    "E206.empty": _M("nilainya belum diisi: harus {wanted}", "no value is given: it must be {wanted}"),
    "E207.empty": _M(
        "bagian belum diisi; tulis persen, misalnya `40%`", "no share is given; write a percentage, such as `40%`"
    ),
    "E207": _M(
        "bagian {found} harus ditulis sebagai persen, misalnya `40%`",
        "share {found} must be written as a percentage, such as `40%`",
    ),
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
        "aturan `{target}` mutlak (absolute) dan tidak dapat dikesampingkan oleh `{rule}`; hapus dari `overrides`",
        "rule `{target}` is absolute and cannot be overridden by `{rule}`; remove it from `overrides`",
    ),
    "E306": _M(
        "aturan `{rule}` mengesampingkan `{target}`, yang bukan forbid atau limit; hapus dari `overrides`",
        "rule `{rule}` overrides `{target}`, which is neither a forbid nor a limit; remove it from `overrides`",
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
        "aturan `{rule}` menyebut `{competency}` dalam `{key}`, tetapi tidak ada tugas terpilih yang mensyaratkannya{strictly}; hapus atau perbaiki pilihan tugasnya",
        "rule `{rule}` names `{competency}` under `{key}`, but no selected duty requires it{strictly}; remove it or mend the choice of duties",
    ),
    "E310": _M(
        "pilihan tugas aturan `{rule}` tidak mengenai tugas mana pun, jadi aturan itu tidak pernah berlaku; periksa ejaannya",
        "the duty selection of rule `{rule}` matches no duty, so the rule would never apply; check its spelling",
    ),
    # ---- E4: conditions --------------------------------------------------------------------------------------
    "E401": _M(
        "fakta `{name}` bukan fakta bawaan dan tidak dinyatakan di `attributes`",
        "fact `{name}` is neither built in nor declared under `attributes`",
    ),
    "E402": _M(
        "fakta `{name}` tidak dapat ditanyakan di `{where}`: {reason}",
        "fact `{name}` cannot be asked in `{where}`: {reason}",
    ),
    "E403": _M(
        "nilai {found} tidak cocok dengan `{name}`: harus {wanted}",
        "value {found} does not fit `{name}`: it must be {wanted}",
    ),
    "E403.empty": _M(
        "nilai untuk `{name}` belum diisi: harus {wanted}", "no value is given for `{name}`: it must be {wanted}"
    ),
    "E404": _M(
        "nilai {found} tidak mungkin untuk `{name}`: harus {wanted}",
        "value {found} is impossible for `{name}`: it must be {wanted}",
    ),
    "E405": _M(
        "operator `{operator}` tidak cocok dengan `{name}` ({kind}); yang dapat dipakai: {allowed}",
        "operator `{operator}` does not fit `{name}` ({kind}); it takes: {allowed}",
    ),
    "E406": _M(
        "parameter `{param}` bersatuan `{found}`, sedangkan `{name}` bersatuan `{wanted}`; samakan satuannya",
        "parameter `{param}` is in `{found}`, but `{name}` is in `{wanted}`; give both the same unit",
    ),
    "E407": _M("syarat salah bentuk: {problem}", "malformed condition: {problem}"),
    "E408": _M(
        "`{name}` bisa tidak diketahui, jadi `minimise` harus punya `if_unknown: poin`",
        "`{name}` can be unknown, so `minimise` needs `if_unknown: points`",
    ),
    "E409": _M("parameter `{name}` tidak ditetapkan di berkas mana pun", "parameter `{name}` is defined in no file"),
    # ---- warnings --------------------------------------------------------------------------------------------
    "W501": _M(
        "{where} tidak punya label dalam bahasa `{lang}`, jadi bahasa lain yang ditampilkan; tambahkan",
        "{where} has no label in language `{lang}`, so people see the other language; add it",
    ),
    "W502": _M(
        "aturan `{rule}` tidak menyebut dasar hukum; tambahkan `source: [id]` dari bagian `sources`",
        "rule `{rule}` names no legal source; add `source: [id]` from the section `sources`",
    ),
    "W503": _M(
        "{where} tidak punya label, jadi id-nya yang ditampilkan; tambahkan `label: {{id: …, en: …}}`",
        "{where} has no label, so people see its id; add `label: {{id: …, en: …}}`",
    ),
    "W504": _M(
        "lebih dari {limit} peringatan; sisanya tidak ditampilkan",
        "more than {limit} warnings; the rest is not shown",
    ),
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
    "word.shift": _M("giliran", "shift"),
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
    "range.numeric_fact": _M("fakta yang berupa bilangan", "a fact that is a number"),
    "range.not_empty": _M("daftar yang tidak kosong", "a list that is not empty"),
    "range.at_least": _M("paling sedikit {low}", "at least {low}"),
    "range.at_most": _M("paling banyak {high}", "at most {high}"),
    "reason.scope": _M("di sini hanya {allowed}", "here only {allowed} can be asked"),
    "reason.area": _M("di sini belum ada wilayah tugas", "no area is known here"),
    "reason.holds": _M(
        "`when` menanyakan keadaan, bukan orang; pindahkan ke `who`",
        "`when` asks about the situation, not about a person; move it to `who`",
    ),
    "condition.not_mapping": _M(
        "{found} bukan pemetaan; tulis `fakta: nilai`", "{found} is not a mapping; write `fact: value`"
    ),
    "condition.empty": _M(
        "syarat belum diisi; tulis `fakta: nilai`, atau `{{}}` bila selalu berlaku",
        "no condition is given; write `fact: value`, or `{{}}` for always",
    ),
    "condition.not_list": _M(
        "`{key}` harus berisi daftar syarat yang tidak kosong", "`{key}` needs a non-empty list of conditions"
    ),
    "condition.holds": _M(
        "{found}: tulis `holds: {{competency: …, level: …}}`", "{found}: write `holds: {{competency: …, level: …}}`"
    ),
    "condition.no_operator": _M("`{name}` tidak punya operator", "`{name}` has no operator"),
    "condition.operand_list": _M(
        "`{operator}` harus berisi daftar yang tidak kosong, misalnya [a, b]",
        "`{operator}` needs a non-empty list, such as [a, b]",
    ),
    "condition.area": _M("`{operator}` harus berisi satu wilayah", "`{operator}` needs one area"),
    "condition.operand": _M(
        "`{operator}` harus berisi satu nilai atau `{{param: nama}}`",
        "`{operator}` needs one value or `{{param: name}}`",
    ),
    "cover.no_form": _M(
        "tulis salah satu: `who` (dengan `strength`), `by: substitution` atau `by: standard`",
        "write one of: `who` (with `strength`), `by: substitution` or `by: standard`",
    ),
    "cover.needs": _M("`{form}` harus disertai `{key}`", "`{form}` needs `{key}` beside it"),
    "cover.misplaced": _M(
        "{keys} tidak berlaku bersama `{form}`; hapus", "{keys} does not go with `{form}`; remove it"
    ),
    "keep.empty": _M("tulis `share`, `at_least`, atau keduanya", "write `share`, `at_least`, or both"),
    "team.empty": _M(
        "tulis `include`, `max_substitutes`, atau keduanya", "write `include`, `max_substitutes`, or both"
    ),
    "prefer.one_of": _M(
        "tulis salah satu: `points` (dengan `who`) atau `minimise` (dengan `weight`)",
        "write one of: `points` (with `who`) or `minimise` (with `weight`)",
    ),
    "prefer.zero": _M(
        "`points: 0` tidak mengubah apa pun; hapus aturan ini atau beri poin",
        "`points: 0` changes nothing; remove the rule or give points",
    ),
    "prefer.misplaced": _M(
        "`weight` dan `if_unknown` hanya berlaku bersama `minimise`",
        "`weight` and `if_unknown` go with `minimise` only",
    ),
    "word.rulebook": _M("kitab aturan", "the rulebook"),
    "word.strictly": _M(" secara mutlak (strict)", " strictly"),
    "attribute.name": _M(
        "nama fakta harus `officer.…`, `unit.…`, `event.…` atau `area.…`",
        "a fact is named `officer.…`, `unit.…`, `event.…` or `area.…`",
    ),
    "attribute.taken": _M(
        "fakta ini sudah ada dalam bahasa aturan; pakai nama lain",
        "the rule language has this fact already; use another name",
    ),
    "attribute.values": _M(
        "`values` wajib pada `type: enum` dan tidak berlaku pada jenis lain",
        "`values` is required with `type: enum` and goes with no other type",
    ),
    "attribute.range": _M(
        "`min`, `max` dan `unit` hanya untuk `type: int` atau `number`",
        "`min`, `max` and `unit` go with `type: int` or `number` only",
    ),
    "attribute.order": _M(
        "`min` ({low}) lebih besar dari `max` ({high}); betulkan salah satu",
        "`min` ({low}) is larger than `max` ({high}); correct one of them",
    ),
    "problem.absent": _M("tidak ada berkas itu", "there is no such file"),
    "problem.denied": _M("tidak ada izin membaca", "no permission to read it"),
    "problem.loop": _M("tautan simbolis yang berputar", "symbolic links that lead in a circle"),
    "parameter.twice": _M("dua nilai mulai {date}; sisakan satu", "two values start on {date}; keep one"),
    "competency.itself": _M(
        "kompetensi tidak dapat menggantikan dirinya sendiri", "a competency cannot substitute itself"
    ),
    "duty.twice": _M("kompetensi `{competency}` disyaratkan dua kali", "competency `{competency}` is required twice"),
    "escalate.empty": _M("tulis `set`, `recommend`, atau keduanya", "write `set`, `recommend`, or both"),
    "escalate.refused": _M(
        "`{name}` tidak dapat ditetapkan aturan; nilainya berasal dari skenario",
        "`{name}` cannot be set by a rule; it comes from the scenario",
    ),
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
    "situation.assume_name": _M(
        "`{name}` bukan fakta kejadian, jadi tidak dapat diandaikan",
        "`{name}` is no fact of the event, so it cannot be assumed",
    ),
    "situation.assume_value": _M(
        "nilai `{found}` tidak cocok untuk `{name}`: harus {wanted}",
        "value `{found}` does not fit `{name}`: it must be {wanted}",
    ),
    "situation.assume_area": _M(
        "wilayah `{found}` untuk `{name}` tidak ada di tabel areas",
        "area `{found}` for `{name}` is not in the table areas",
    ),
    # ---- end of situation ----
    # ---- P: pins ---------------------------------------------------------------------------------------------
    "P101": _M(
        "pin menunjuk kebutuhan `{demand}`, yang tidak ada dalam situasi ini; hapus pin atau periksa id",
        "the pin names demand `{demand}`, which does not arise in this situation; remove the pin or check the id",
    ),
    "P102": _M(
        "pin menunjuk pegawai `{officer}`, yang tidak ada atau dikarantina",
        "the pin names officer `{officer}`, who is unknown or quarantined",
    ),
    "P103": _M(
        "pegawai `{officer}` dipin pada dua kebutuhan, `{first}` dan `{second}`; pilih satu",
        "officer `{officer}` is pinned to two demands, `{first}` and `{second}`; choose one",
    ),
    "P104": _M(
        "pegawai `{officer}` tidak boleh mengisi `{demand}`: {lacks}; hapus pin atau penuhi syaratnya",
        "officer `{officer}` may not take `{demand}`: {lacks}; remove the pin or mend the ground",
    ),
    "P105": _M(
        "pegawai `{officer}` dipin `must` dan `never` pada `{demand}`; pilih satu",
        "officer `{officer}` is pinned both `must` and `never` to `{demand}`; choose one",
    ),
    "P106": _M(
        "pegawai {officers} dipin pada `{demand}`, yang hanya punya {seats} formasi",
        "officers {officers} are pinned to `{demand}`, which has {seats} seats only",
    ),
    "P107": _M(
        "pegawai {officers} dari unit `{unit}` dipin, tetapi aturan `{rule}` hanya melepas {cap}",
        "officers {officers} of unit `{unit}` are pinned, but rule `{rule}` lets {cap} go",
    ),
    "P108": _M(
        "pin untuk {officers} tidak dapat berlaku bersama; aturan regu yang terkait: {rules}",
        "the pins of {officers} cannot hold together; the team rules concerned: {rules}",
    ),
    "P109": _M(
        "pegawai {officers} dipin pada `{demand}` sebagai pengganti, tetapi aturan `{rule}` hanya mengizinkan {cap}",
        "officers {officers} are pinned to `{demand}` as substitutes, but rule `{rule}` allows {cap}",
    ),
    "miss.available": _M("tidak tersedia pada hari-hari itu", "is not available on those days"),
    "miss.competency": _M(
        "tidak punya kompetensi `{name}` tingkat {level}", "lacks competency `{name}` at level {level}"
    ),
    "miss.rule": _M("ditolak aturan `{name}`", "is refused by rule `{name}`"),
    # ---- U, X: the command line ------------------------------------------------------------------------------
    "U101": _M("perintah ini salah: {problem}; lihat `asn-flex --help`", "wrong use: {problem}; see `asn-flex --help`"),
    "U102": _M(
        "`--assume {found}` harus berbentuk `event.phase=response`",
        "`--assume {found}` must look like `event.phase=response`",
    ),
    "U103": _M(
        "skenario tidak menyebut `rules:`; beri `--rules FOLDER`", "the scenario has no `rules:`; give `--rules FOLDER`"
    ),
    "U104": _M(
        "rencana saja tidak cukup; beri bundel .zip, atau `--scenario` (dan `--rules`)",
        "a plan alone is not enough; give a .zip bundle, or `--scenario` (and `--rules`)",
    ),
    "U105": _M("{problem}", "{problem}"),
    "U106": _M(
        "berkas ini juga dibaca atau ditulis oleh perintah ini; pilih nama lain untuk keluaran",
        "this command reads or writes this file already; choose another name for the output",
    ),
    "U107": _M(
        "`--assume {name}` diberikan dua kali; beri satu nilai saja",
        "`--assume {name}` is given twice; give one value only",
    ),
    "W801": _M(
        "rencana yang digantikan dibuat dari `{found}`, bukan `{wanted}`; periksa apakah berkasnya benar",
        "the plan to be replaced was made from `{found}`, not `{wanted}`; check that it is the right file",
    ),
    "usage.forked": _M(
        "proses ini di-fork setelah induknya membaca tabel, dan akan menunggu tanpa akhir; pakai `spawn`, atau baca skenario pertama di proses anak",
        "this process was forked after its parent had read tables, and would wait for ever; use the start method `spawn`, or read the first scenario in the child",
    ),
    "problem.no_folder": _M("folder `{name}` tidak ada", "there is no folder `{name}`"),
    "X101": _M("tidak dapat ditulis atau dibaca: {problem}", "cannot be written or read: {problem}"),
    "X102": _M(
        "asn-flex sendiri gagal: {problem}; laporkan beserta masukannya",
        "asn-flex itself failed: {problem}; report it together with the input",
    ),
    "check.summary": _M("{errors} galat, {warnings} peringatan", "{errors} errors, {warnings} warnings"),
    "progress.read": _M("membaca aturan dan tabel …", "reading rules and tables …"),
    "progress.infer": _M("menilai keadaan …", "settling the situation …"),
    "progress.match": _M("menyaring siapa yang boleh …", "finding who may do what …"),
    "progress.plan": _M("menyusun rencana terbaik …", "computing the best plan …"),
    "progress.write": _M("menulis rencana …", "writing the plan …"),
    # ---- V: the second opinion (verify) ----------------------------------------------------------------------
    "V101": _M(
        "rencana dibuat dengan isi kitab aturan lain (rencana: {plan}; di sini: {read}); pakai kitab aturan dari bundel",
        "the plan was made with another content of the rulebook (plan: {plan}; here: {read}); use the rulebook of its bundle",
    ),
    "V101.id": _M(
        "rencana menyebut kitab aturan {plan}, di sini {read}", "the plan names rulebook {plan}, here it is {read}"
    ),
    "V101.version": _M(
        "rencana menyebut versi kitab aturan {plan}, di sini {read}",
        "the plan names rulebook version {plan}, here it is {read}",
    ),
    "V102": _M(
        "rencana dibuat untuk isi skenario lain (rencana: {plan}; di sini: {read}); pakai skenario dari bundel",
        "the plan was made for another content of the scenario (plan: {plan}; here: {read}); use the scenario of its bundle",
    ),
    "V102.id": _M(
        "rencana menyebut skenario {plan}, di sini {read}", "the plan names scenario {plan}, here it is {read}"
    ),
    "V103": _M(
        "isi rencana berubah sesudah dibuat: id-nya {plan}, seharusnya {read}",
        "the plan was changed after it was made: its id is {plan}, its content gives {read}",
    ),
    "V104": _M(
        "rencana menggantikan {plan}, tetapi rencana sebelumnya yang diberikan adalah {read}",
        "the plan supersedes {plan}, but the previous plan given is {read}",
    ),
    "V104.broken": _M(
        "rencana sebelumnya berubah sesudah dibuat: id-nya {plan}, seharusnya {read}",
        "the previous plan was changed after it was made: its id is {plan}, its content gives {read}",
    ),
    "V104.missing": _M(
        "rencana menggantikan `{previous}`; tanpa rencana itu tidak dapat diperiksa",
        "the plan supersedes `{previous}`; without that plan it cannot be checked",
    ),
    "V105": _M(
        "rencana berlaku untuk saat {plan}, skenario untuk {read}",
        "the plan is for the moment {plan}, the scenario for {read}",
    ),
    "V106": _M(
        "rencana mengandaikan `{name}` = `{value}`, yang bukan nilai sebuah fakta kejadian",
        "the plan assumes `{name}` = `{value}`, which is not a value of an event fact",
    ),
    "V107": _M(
        "baris yang dikarantina berbeda (rencana: {plan}; di sini: {read})",
        "the quarantined rows differ (plan: {plan}; here: {read})",
    ),
    "V201": _M(
        "fakta kejadian `{name}`: rencana {plan}, dibaca ulang {read}",
        "event fact `{name}`: the plan has {plan}, read again it is {read}",
    ),
    "V202": _M(
        "fakta kejadian `{name}` menurut rencana berasal dari {plan}, dibaca ulang dari {read}",
        "event fact `{name}` comes from {plan} in the plan, read again from {read}",
    ),
    "V203": _M(
        "saran untuk `{name}`: rencana {plan}, dibaca ulang {read}",
        "recommended for `{name}`: the plan has {plan}, read again {read}",
    ),
    "V204": _M(
        "kebutuhan `{demand}` timbul dari aturan tetapi tidak ada dalam rencana",
        "demand `{demand}` arises from the rules but is not in the plan",
    ),
    "V205": _M(
        "kebutuhan `{demand}` ada dalam rencana tetapi tidak timbul dari aturan",
        "demand `{demand}` is in the plan but does not arise from the rules",
    ),
    "V205.twice": _M("kebutuhan tercantum dua kali: {demands}", "demands listed twice: {demands}"),
    "V206": _M(
        "kebutuhan `{demand}`, `{field}`: rencana {plan}, dibaca ulang {read}",
        "demand `{demand}`, `{field}`: the plan has {plan}, read again {read}",
    ),
    "V207": _M(
        "aturan yang berlaku berbeda: hanya dalam rencana {plan}; hanya dibaca ulang {read}",
        "the rules in force differ: only in the plan {plan}; only read again {read}",
    ),
    "V208": _M(
        "fakta yang belum diketahui untuk aturan `{rule}`: rencana {plan}, dibaca ulang {read}",
        "facts still missing for rule `{rule}`: the plan has {plan}, read again {read}",
    ),
    "V208.only_plan": _M(
        "rencana menganggap aturan `{rule}` masih terbuka, padahal fakta-faktanya sudah menentukan",
        "the plan leaves rule `{rule}` open, but the facts decide it",
    ),
    "V208.only_read": _M(
        "aturan `{rule}` masih terbuka karena fakta yang belum diketahui, tetapi rencana tidak menyebutnya",
        "rule `{rule}` is open for want of facts, but the plan does not list it",
    ),
    "V209": _M(
        "aturan {rules} menetapkan nilai berbeda untuk fakta kejadian `{name}`",
        "rules {rules} set event fact `{name}` to different values",
    ),
    "V301": _M("pegawai `{officer}` tidak ada dalam skenario", "officer `{officer}` is not in the scenario"),
    "V302": _M(
        "pegawai `{officer}` dikarantina dan tidak boleh ditugaskan",
        "officer `{officer}` is quarantined and cannot be assigned",
    ),
    "V303": _M(
        "pegawai `{officer}` ditugaskan ke `{demand}`, yang tidak ada",
        "officer `{officer}` is assigned to `{demand}`, which does not exist",
    ),
    "V304": _M(
        "pegawai `{officer}` tidak tersedia pada semua hari `{demand}`",
        "officer `{officer}` is not available on every day of `{demand}`",
    ),
    "V305": _M(
        "pegawai `{officer}` tidak memenuhi dasar `{rule}` untuk `{demand}`",
        "officer `{officer}` does not meet the terms of basis `{rule}` for `{demand}`",
    ),
    "V305.standard": _M(
        "pegawai `{officer}` tidak memenuhi standar penuh `{demand}`",
        "officer `{officer}` does not meet the full standard of `{demand}`",
    ),
    "V305.no_cover": _M(
        "dasar `{rule}` bagi pegawai `{officer}` di `{demand}` bukan aturan cover",
        "basis `{rule}` of officer `{officer}` at `{demand}` is not a cover rule",
    ),
    "V306": _M(
        "pegawai `{officer}` ditolak untuk `{demand}` oleh aturan {rules}",
        "officer `{officer}` is refused for `{demand}` by rules {rules}",
    ),
    "V307": _M(
        "kekuatan `{officer}` di `{demand}`: rencana {plan}, dibaca ulang {read}",
        "strength of `{officer}` at `{demand}`: the plan has {plan}, read again {read}",
    ),
    "V308": _M(
        "jalur kompetensi `{officer}` di `{demand}`: rencana {plan}; dibaca ulang {read}",
        "competency paths of `{officer}` at `{demand}`: the plan has {plan}; read again {read}",
    ),
    "V309": _M(
        "susut mutu `{officer}` di `{demand}`: rencana {plan}, dibaca ulang {read}",
        "quality loss of `{officer}` at `{demand}`: the plan has {plan}, read again {read}",
    ),
    "V310": _M(
        "poin `{officer}` di `{demand}`: rencana {plan}, dibaca ulang {read}",
        "points of `{officer}` at `{demand}`: the plan has {plan}, read again {read}",
    ),
    "V311": _M(
        "yang harus dikonfirmasi untuk `{officer}` di `{demand}`: rencana {plan}, dibaca ulang {read}",
        "to confirm for `{officer}` at `{demand}`: the plan has {plan}, read again {read}",
    ),
    "V312": _M(
        "dasar `{officer}` di `{demand}` bertentangan: jenis `{kind}`, aturan `{rule}`",
        "the basis of `{officer}` at `{demand}` contradicts itself: kind `{kind}`, rule `{rule}`",
    ),
    "V401": _M("pegawai `{officer}` ditugaskan {times} kali", "officer `{officer}` is assigned {times} times"),
    "V402": _M(
        "kebutuhan `{demand}` diisi {filled} orang, formasinya {seats}",
        "demand `{demand}` is filled by {filled}, it has {seats} seats",
    ),
    "V403": _M(
        "aturan `{rule}` melepas paling banyak {cap} orang dari unit `{unit}`; rencana mengambil {taken}",
        "rule `{rule}` lets at most {cap} leave unit `{unit}`; the plan takes {taken}",
    ),
    "V404": _M(
        "aturan `{rule}` mengizinkan paling banyak {cap} orang di `{demand}`; rencana memakai {used}",
        "rule `{rule}` allows at most {cap} at `{demand}`; the plan uses {used}",
    ),
    "V405": _M(
        "aturan regu `{rule}` di `{demand}`: {filled} orang memerlukan lebih dari {inside} yang disyaratkan (satu per {per})",
        "team rule `{rule}` at `{demand}`: {filled} people need more than {inside} of the required kind (one per {per})",
    ),
    "V406": _M(
        "aturan regu `{rule}` mengizinkan paling banyak {cap} pengganti di `{demand}`; rencana memakai {used}",
        "team rule `{rule}` allows at most {cap} substitutes at `{demand}`; the plan uses {used}",
    ),
    "V407": _M(
        "pin `must` pegawai `{officer}` pada `{demand}` tidak dipenuhi",
        "the pin `must` of officer `{officer}` to `{demand}` is not kept",
    ),
    "V408": _M(
        "pin `never` pegawai `{officer}` pada `{demand}` dilanggar",
        "the pin `never` of officer `{officer}` to `{demand}` is broken",
    ),
    "V409": _M(
        "kebutuhan `{demand}` menurut rencana terisi {plan}, dihitung ulang {read}",
        "demand `{demand}` is filled by {plan} in the plan, counted again by {read}",
    ),
    "V410": _M(
        "kebutuhan `{demand}` kurang {missing} orang, tetapi rencana tidak mencatat kekurangan",
        "demand `{demand}` lacks {missing} people, but the plan lists no shortfall",
    ),
    "V411": _M(
        "rencana mencatat kekurangan di `{demand}`, yang tidak kekurangan atau tidak ada",
        "the plan lists a shortfall at `{demand}`, which is full or does not exist",
    ),
    "V411.twice": _M("rencana mencatat satu kekurangan lebih dari sekali", "the plan lists a shortfall more than once"),
    "V412": _M(
        "kekurangan `{demand}`: rencana {plan}, dihitung ulang {read}",
        "shortfall at `{demand}`: the plan has {plan}, counted again {read}",
    ),
    "V413": _M(
        "sebab kekurangan `{demand}`: rencana {plan}, dihitung ulang {read}",
        "reason of the shortfall at `{demand}`: the plan has {plan}, worked out again {read}",
    ),
    "V414": _M(
        "pegawai rencana sebelumnya yang penugasannya tidak lagi dapat: rencana {plan}, dibaca ulang {read}",
        "officers of the previous plan whose assignment can no longer be: the plan has {plan}, read again {read}",
    ),
    "V501": _M(
        "jenjang tujuan: rencana {plan}; seharusnya {read}",
        "tiers of the objective: the plan has {plan}; they are {read}",
    ),
    "V502": _M(
        "jenjang `{tier}`: rencana {plan}, dijumlah ulang {read}",
        "tier `{tier}`: the plan has {plan}, added up again {read}",
    ),
    "V503": _M(
        "jenjang `{tier}`: nilai {value} melampaui batas {bound} yang dinyatakan terbaik",
        "tier `{tier}`: value {value} is beyond the bound {bound} said to be the best possible",
    ),
    "V504": _M(
        "jenjang `{tier}`: rencana menyatakan optimal, tetapi nilainya {value} dan batasnya {bound}",
        "tier `{tier}`: the plan says optimal, but its value is {value} and its bound {bound}",
    ),
    "V505.tiers": _M(
        "sertifikat menyebut jenjang lain daripada tujuan rencana",
        "the certificate names other tiers than the plan's objective",
    ),
    "V505.length": _M(
        "sertifikat memuat harga yang tidak berisi {tiers} angka, satu per jenjang",
        "the certificate holds a price without {tiers} numbers, one per tier",
    ),
    "V505.demand": _M(
        "sertifikat memberi harga pada `{demand}`, yang tidak ada",
        "the certificate prices `{demand}`, which does not exist",
    ),
    "V505.cap": _M(
        "sertifikat memberi harga pada batas yang tidak berlaku, atau dua kali: aturan `{rule}` di `{at}`",
        "the certificate prices a cap that is not in force, or twice: rule `{rule}` at `{at}`",
    ),
    "V506": _M(
        "harga batas aturan `{rule}` di `{at}` negatif; sertifikat tidak membuktikan apa-apa",
        "the price of the cap of rule `{rule}` at `{at}` is negative; the certificate proves nothing",
    ),
    "V507": _M(
        "sertifikat tidak membuktikan rencana ini terbaik: pada jenjang `{tier}` batasnya {bound}, rencana {gain} (biaya dihitung negatif)",
        "the certificate does not prove this plan the best: at tier `{tier}` it allows {bound}, the plan has {gain} (costs count as minus)",
    ),
    "V508": _M(
        "rencana melampaui batas atas sertifikat pada jenjang `{tier}` ({gain} dan {bound}): ada syarat yang dilanggar",
        "the plan is beyond the certificate's bound at tier `{tier}` ({gain} and {bound}): some constraint is broken",
    ),
    "V509": _M(
        "rencana menyatakan optimal, padahal `{demand}` masih dapat diisi",
        "the plan says optimal, but `{demand}` could still be filled",
    ),
    # ---- end of verify ---------------------------------------------------------------------------------------
    # ---- S: scenario, W7 warnings (readwrite/) -----------------------------------------------------------------
    "hint.rows": _M("; sama di {count} baris lain", "; the same in {count} more rows"),
    "S101": _M(
        "berkas tidak terbaca: {problem}; periksa nama dan jalurnya",
        "the file cannot be read: {problem}; check its name and path",
    ),
    "S101.none": _M(
        "tidak ada skenario di sini; beri folder yang berisi `scenario.yaml`",
        "there is no scenario here; give a folder with a `scenario.yaml`",
    ),
    "S102": _M(
        "tabel `{name}` harus berada di dalam folder skenario; tulis jalur relatif dengan `/`, tanpa `..`",
        "table `{name}` must lie inside the scenario's folder; write a relative path with `/` and without `..`",
    ),
    "S102.kind": _M(
        "jenis berkas `{name}` tidak dikenal; yang terbaca: {known}",
        "the kind of file `{name}` is unknown; these are read: {known}",
    ),
    "S103": _M(
        "berkas bukan teks UTF-8; simpan ulang sebagai CSV UTF-8",
        "the file is not UTF-8 text; save it again as CSV UTF-8",
    ),
    "S103.utf16": _M(
        "berkas bersandi UTF-16; simpan ulang sebagai CSV UTF-8",
        "the file is in UTF-16; save it again as CSV UTF-8",
    ),
    "S103.nul": _M(
        "berkas berisi karakter NUL, jadi rusak; ekspor ulang",
        "the file holds a NUL character, so it is damaged; export it again",
    ),
    "S104": _M(
        "baris pertama harus berisi nama kolom; berkas ini kosong atau tanpa kepala tabel",
        "the first row must hold the names of the columns; this file is empty or has no header",
    ),
    "S104.tabs": _M(
        "kolom dipisahkan tab; simpan ulang dengan `,` atau `;`",
        "the columns are separated by tabs; save the file again with `,` or `;`",
    ),
    "S104.name": _M(
        "kolom ini berisi nilai tetapi tidak punya nama; beri nama atau hapus",
        "this column has values but no name; name it or delete it",
    ),
    "S105": _M(
        "baris ini berisi {found} sel, sedangkan kepala tabel {wanted}; periksa pemisah dan tanda kutip",
        "this row has {found} cells, but the header has {wanted}; check separators and quotes",
    ),
    "S106": _M(
        'tanda kutip di baris ini tidak berpasangan; tulis `"` di dalam sel sebagai `""`',
        'the quotes of this row do not match; write `"` inside a cell as `""`',
    ),
    "S106.long": _M(
        "sel di baris ini lebih panjang dari 131072 huruf; biasanya tanda kutip penutupnya hilang",
        "a cell of this row is longer than 131072 characters; its closing quote is probably missing",
    ),
    "S107": _M(
        "berkas bukan buku kerja XLSX yang utuh; simpan ulang sebagai .xlsx",
        "the file is no sound XLSX workbook; save it again as .xlsx",
    ),
    "S107.sheet": _M("tidak ada lembar `{name}`; yang ada: {known}", "there is no sheet `{name}`; there are: {known}"),
    "S107.cell": _M(
        "sel ini berisi galat atau rumus tanpa nilai; hitung ulang dan simpan, atau tulis nilainya",
        "this cell holds an error or a formula without a value; recalculate and save, or write the value itself",
    ),
    "S107.size": _M(
        "lembar ini merentang sampai sel ini; hapus sel nyasar jauh di luar tabel",
        "the sheet reaches as far as this cell; delete stray cells far outside the table",
    ),
    "S108": _M("berkas bukan Parquet yang utuh; tulis ulang", "the file is no sound Parquet file; write it again"),
    "S109": _M(
        "`{column}` berisi sesuatu yang bukan teks, bilangan, tanggal, waktu atau ya/tidak; ubah ke teks",
        "`{column}` holds what is no text, number, date, time or yes/no; turn it into text",
    ),
    "S110": _M("kunci `{name}` tidak dikenal dalam {where}", "unknown key `{name}` in {where}"),
    "S110.days": _M(
        "`event.days` dihitung dari `started`; hapus kunci ini",
        "`event.days` is counted from `started`; remove this key",
    ),
    "S111": _M("{where} harus punya `{name}`", "{where} needs `{name}`"),
    "S112": _M(
        "`{name}` tidak cocok ({found}): harus {wanted}", "`{name}` does not fit ({found}): it must be {wanted}"
    ),
    "S113": _M("tabel `{name}` tidak dikenal; yang ada: {known}", "unknown table `{name}`; there are: {known}"),
    "S201": _M(
        "tabel `{name}` wajib ada; sebutkan berkasnya di `tables`",
        "table `{name}` is required; name its file under `tables`",
    ),
    "S202": _M("tabel {table} harus punya kolom `{name}`", "table {table} needs a column `{name}`"),
    "S203": _M(
        "kolom `{name}` ada dua kali (pertama di kolom {first}); hapus salah satu",
        "column `{name}` stands twice (first as column {first}); delete one",
    ),
    "S204": _M(
        "id `{name}` dipakai {count} baris; satu id untuk satu baris",
        "id `{name}` is given to {count} rows; one id is for one row",
    ),
    "S205": _M(
        "kebutuhan `{name}` ditulis lebih dari sekali; gabungkan",
        "demand `{name}` is written more than once; merge the rows",
    ),
    "S206": _M(
        "perjalanan `{start}` ke `{end}` punya lama yang berbeda; sisakan satu baris",
        "the way from `{start}` to `{end}` has different minutes; keep one row",
    ),
    "S301": _M(
        "`{column}`: {found} tidak cocok; harus {wanted}", "`{column}`: {found} does not fit; it must be {wanted}"
    ),
    "S302": _M(
        "`{column}`: {found} tidak mungkin; harus {wanted}", "`{column}`: {found} is impossible; it must be {wanted}"
    ),
    "S303": _M(
        "`{column}`: `{found}` bukan id; pakai huruf, angka, `.`, `_` dan `-` saja",
        "`{column}`: `{found}` is not an id; use letters, digits, `.`, `_` and `-` only",
    ),
    "S303.event": _M(
        "`event` tidak dapat menjadi id wilayah, karena `tugas@event` berarti seluruh kejadian; beri id lain",
        "`event` cannot be the id of an area, since `duty@event` means the whole event; give another id",
    ),
    "S304": _M("`{column}` kosong; setiap baris harus mengisinya", "`{column}` is empty; every row must fill it"),
    "S305.digits": _M(
        "`{column}`: id `{found}` terbaca sebagai bilangan 15 angka atau lebih, jadi angka akhirnya mungkin sudah dirusak lembar kerja; ambil lagi dari sumbernya, dengan kolom bertipe teks",
        "`{column}`: id `{found}` was read as a number of 15 digits or more, so a spreadsheet may have destroyed its last digits; fetch it again from its source, with the column as text",
    ),
    "S305.point": _M(
        "`{column}`: id `{found}` terbaca sebagai bilangan, sehingga `12.10` dan `12.1` tidak terbedakan; jadikan kolom ini teks dan ketik ulang",
        "`{column}`: id `{found}` was read as a number, in which `12.10` and `12.1` are the same; make the column text and type it again",
    ),
    "S305.kind": _M(
        "`{column}`: lembar kerja mengubah id ini menjadi tanggal atau ya/tidak (`{found}`); jadikan kolom ini teks dan ketik ulang",
        "`{column}`: a spreadsheet has turned this id into a date or yes/no (`{found}`); make the column text and type it again",
    ),
    "S306": _M(
        "tingkat {level} melebihi skala `{name}` (1..{levels})",
        "level {level} is beyond the scale of `{name}` (1..{levels})",
    ),
    "S307": _M(
        "`{given}` terisi tetapi `{lacking}` kosong; isi keduanya atau kosongkan keduanya",
        "`{given}` is given but `{lacking}` is empty; give both or neither",
    ),
    "S308": _M(
        "`available_until` ({end}) mendahului `available_from` ({start}); betulkan salah satu",
        "`available_until` ({end}) is before `available_from` ({start}); correct one of them",
    ),
    "S401": _M("`{column}`: {what} `{name}` tidak ada di {where}", "`{column}`: {what} `{name}` is not in {where}"),
    "S402": _M(
        "wilayah saling memuat dalam lingkaran: {cycle}; betulkan salah satu `parent`",
        "areas lie within each other in a circle: {cycle}; correct one `parent`",
    ),
    "S403": _M(
        "giliran `{name}` tidak dikenal untuk tugas `{duty}`; giliran dalam aturannya: {shifts}",
        "shift `{name}` is unknown for duty `{duty}`; its rules have: {shifts}",
    ),
    "S404": _M(
        "pin menunjuk pegawai `{name}`, yang barisnya dikarantina; betulkan barisnya atau hapus pin",
        "the pin names officer `{name}`, whose row is in quarantine; mend the row or remove the pin",
    ),
    "S405": _M(
        "`{name}` bukan id kebutuhan; tulis `tugas@wilayah`, `tugas@event` atau `tugas@wilayah/giliran`",
        "`{name}` is not the id of a demand; write `duty@area`, `duty@event` or `duty@area/shift`",
    ),
    "S501": _M(
        "periode berakhir ({end}) sebelum atau saat dimulai ({start}); betulkan",
        "the period ends ({end}) before or when it starts ({start}); correct it",
    ),
    "S502": _M(
        "periode sudah berakhir ({end}) sebelum `now` ({now}); beri periode yang masih berjalan",
        "the period ended ({end}) before `now` ({now}); give one that still runs",
    ),
    "S503": _M(
        "`now` ({found}) tanpa zona waktu; tulis misalnya `2026-11-20T03:00:00+07:00`",
        "`now` ({found}) has no offset; write for example `2026-11-20T03:00:00+07:00`",
    ),
    "S504": _M(
        "`start` dan `end` harus sama-sama tanggal atau sama-sama waktu",
        "`start` and `end` must both be dates or both be times",
    ),
    "W701": _M(
        "kolom `{name}` tidak dikenal di tabel {table} dan tidak dibaca",
        "column `{name}` is unknown in table {table} and is not read",
    ),
    "W702": _M(
        "`{name}` diturunkan dari `flooded` wilayah tempat tinggal; kolom ini tidak dibaca",
        "`{name}` is derived from `flooded` of the home area; this column is not read",
    ),
    "W703": _M(
        "`{column}`: `{found}` berakhir 000; mungkin angka akhirnya dirusak lembar kerja; bandingkan dengan sumbernya",
        "`{column}`: `{found}` ends in 000; a spreadsheet may have destroyed its last digits; compare it with its source",
    ),
    "W704": _M(
        "nama kolom `{name}` dipakai asn-flex sendiri; kolom ini tidak dibaca",
        "the column name `{name}` is asn-flex's own; this column is not read",
    ),
    "W705": _M("tidak ada ukuran (measures) yang memakai pengamatan `{name}`", "no measure observes `{name}`"),
    "W706": _M(
        "pin tanpa `by`: tidak jelas siapa yang memutuskan; isi namanya",
        "the pin has no `by`: nobody is named who decided it; fill it in",
    ),
    "word.officer": _M("pegawai", "officer"),
    "word.unit": _M("unit", "unit"),
    "word.area": _M("wilayah", "area"),
    "word.hidden": _M("nilainya (dilindungi)", "its value (protected)"),
    "where.rulebook": _M("kitab aturan", "the rulebook"),
    "where.table": _M("tabel {name}", "table {name}"),
    "problem.not_given": _M("isinya tidak diberikan", "its content is not given"),
    "cell.bool": _M("true/false, ya/tidak atau 1/0", "true/false, ya/tidak or 1/0"),
    "cell.int": _M("bilangan bulat seperti 12", "a whole number such as 12"),
    "cell.number": _M("bilangan dengan titik desimal seperti 0.7", "a number with a decimal point such as 0.7"),
    "cell.date": _M("tanggal seperti 2026-11-20", "a date such as 2026-11-20"),
    "cell.moment": _M("waktu seperti 2026-11-20T03:00", "a time such as 2026-11-20T03:00"),
    "range.years": _M("antara tahun 1900 dan 2199", "between the years 1900 and 2199"),
    "shape.text": _M("satu kata atau teks", "one word or text"),
    "shape.moment": _M("satu tanggal atau waktu", "one date or time"),
    "shape.map": _M("pemetaan `kunci: nilai`", "a mapping `key: value`"),
    "shape.label": _M("`{{id: …, en: …}}`", "`{{id: …, en: …}}`"),
    "shape.areas": _M("daftar id wilayah yang tidak kosong", "a list of area ids that is not empty"),
    "shape.tables": _M(
        "pemetaan `tabel: berkas`, misalnya `officers: officers.csv`",
        "a mapping `table: file`, such as `officers: officers.csv`",
    ),
    "F101": _M("rencana tidak terbaca: {problem}", "the plan cannot be read: {problem}"),
    "F101.size": _M("berkas terlalu besar untuk sebuah rencana", "the file is too large to be a plan"),
    "F102": _M("bukan JSON yang utuh: {problem}; buat ulang rencana", "not sound JSON: {problem}; make the plan again"),
    "F102.utf8": _M("rencana bukan teks UTF-8", "the plan is not UTF-8 text"),
    "F102.content": _M(
        "berisi kunci ganda, bilangan yang tidak masuk akal, atau sarang yang terlalu dalam; bukan tulisan asn-flex",
        "it holds a repeated key, an absurd number or too deep a nest; asn-flex did not write it",
    ),
    "F103": _M(
        "`{path}` bukan isi sebuah rencana; buat ulang rencana",
        "`{path}` is not what a plan holds there; make the plan again",
    ),
    "F103.missing": _M("rencana tidak lengkap: `{path}` tidak ada", "the plan is incomplete: `{path}` is missing"),
    "F103.unknown": _M("`{path}` tidak dikenal dalam rencana", "`{path}` is unknown in a plan"),
    "F103.format": _M(
        "ini bukan rencana: formatnya `{found}`, padahal harus `{format}`",
        "this is no plan: its format is `{found}`, but must be `{format}`",
    ),
    "F104": _M(
        "rencana ini telah diubah setelah dibuat: isinya tidak cocok dengan `id`-nya; pakai berkas aslinya",
        "this plan was altered after it was made: its content does not match its `id`; use the original file",
    ),
    "F105": _M("berkas tidak dapat ditulis: {problem}", "the file cannot be written: {problem}"),
    "F201": _M("bundel tidak terbaca: {problem}", "the bundle cannot be read: {problem}"),
    "F202": _M(
        "berkas bukan zip yang utuh; ambil lagi dari sumbernya",
        "the file is no sound zip; fetch it again from its source",
    ),
    "F203.members": _M(
        "zip berisi terlalu banyak anggota, atau nama ganda; bukan bundel asn-flex",
        "the zip has too many members, or a name twice; it is no bundle of asn-flex",
    ),
    "F203.path": _M(
        "anggota `{member}` bukan jalur relatif biasa; bundel ini tidak dipercaya",
        "member `{member}` is no plain relative path; this bundle is not trusted",
    ),
    "F203.size": _M(
        "anggota `{member}` lebih besar daripada yang diizinkan atau yang tertulis; bundel ini tidak dipercaya",
        "member `{member}` is larger than allowed or listed; this bundle is not trusted",
    ),
    "F203.stranger": _M(
        "anggota `{member}` tidak tercantum dalam manifes; bundel ini diubah",
        "member `{member}` is not in the manifest; this bundle was altered",
    ),
    "F204": _M(
        "anggota `{member}` tidak ada; bundel ini tidak lengkap",
        "member `{member}` is missing; this bundle is incomplete",
    ),
    "F204.format": _M("zip ini bukan bundel `{format}`", "this zip is no bundle `{format}`"),
    "F204.manifest": _M(
        "manifes bundel rusak; ambil lagi dari sumbernya",
        "the manifest of the bundle is damaged; fetch it again from its source",
    ),
    "F205": _M(
        "isi `{member}` tidak cocok dengan sidiknya; bundel ini diubah atau rusak",
        "the content of `{member}` does not match its digest; this bundle was altered or damaged",
    ),
    "F206": _M(
        "sidik `{what}` tidak cocok dengan isi bundel; bundel ini diubah",
        "the digest of `{what}` does not match the bundle's content; this bundle was altered",
    ),
    "F207": _M(
        "berkas di dalam bundel tidak dapat dipakai: {problem}", "a file in the bundle cannot be used: {problem}"
    ),
    "file.absent": _M("berkas itu tidak ada", "there is no such file"),
    "file.denied": _M("tidak ada izin", "no permission"),
    "file.folder": _M("itu sebuah folder", "that is a folder"),
    "file.full": _M("tempat penyimpanan penuh", "no space left"),
    "file.path": _M("jalurnya tidak sah", "the path is not valid"),
    # ---- end of S: scenario ----
    # ---- why: proofs (explain/) ------------------------------------------------------------------------------
    "why.unknown": _M("pegawai `{officer}` tidak ada dalam skenario ini", "no officer `{officer}` in this scenario"),
    "why.quarantined": _M(
        "baris pegawai `{officer}` dikarantina, jadi ia tidak dipertimbangkan: {problem}",
        "the row of officer `{officer}` was quarantined, so nobody considered it: {problem}",
    ),
    "why.other_input": _M(
        "rencana ini dibuat dari aturan atau skenario lain (sidiknya berbeda), jadi tidak dapat dijelaskan dengannya; beri bundel, atau aturan, skenario dan `--quarantine` yang sama",
        "this plan was made from other rules or another scenario (the digests differ), so these cannot explain it; give its bundle, or the same rules, scenario and `--quarantine`",
    ),
    "why.audience": _M(
        "pembaca `{name}` tidak dikenal; yang ada: {known}", "unknown audience `{name}`; there are: {known}"
    ),
    "why.answer": _M("{officer} ditugaskan: {demand} [{id}], {span}", "{officer} is assigned: {demand} [{id}], {span}"),
    "why.answer.none": _M("{officer} tidak ditugaskan", "{officer} has no assignment"),
    "why.conditional": _M(
        "rencana ini mengandaikan {fact} ({key}) = {value}", "this plan takes {fact} ({key}) = {value} as so"
    ),
    "why.protected": _M("alasan yang dilindungi", "a protected ground"),
    "why.sensitive": _M(
        "{fact} ({key}) menentukan di sini; nilainya tidak ditampilkan",
        "{fact} ({key}) decides here; its value is not shown",
    ),
    "why.section.demand": _M("Mengapa kebutuhan ini ada", "Why this demand exists"),
    "why.section.checks": _M("Yang diperiksa sebelum menugaskan", "What was checked before sending"),
    "why.section.points": _M("Bobot penugasan", "What the assignment weighs"),
    "why.section.points.total": _M(
        "Bobot penugasan: {total} (mutu {loss} + poin {points}; makin kecil makin cocok)",
        "What the assignment weighs: {total} (quality loss {loss} + points {points}; less is better)",
    ),
    "why.section.caps": _M("Batas yang ikut terpakai", "Which caps it counts under"),
    "why.caps.none": _M("tidak ada perlindungan, aturan regu atau batas bagian", "no protection, team rule or share"),
    "why.article": _M(" Pasal {article}", " Art. {article}"),
    "why.law.between": _M("berlaku sejak {start}, sampai sebelum {until}", "law from {start} until before {until}"),
    "why.law.from": _M("berlaku sejak {start}", "law from {start}"),
    "why.law.until": _M("berlaku sampai sebelum {until}", "law until before {until}"),
    "why.told": _M("diturunkan oleh {rules}, lihat di atas", "derived by {rules}, see above"),
    "why.activates": _M("{rule}: membuka kebutuhan ini", "{rule}: makes this demand"),
    "why.derives": _M("{rule}: menetapkan {fact} = {value}", "{rule}: sets {fact} to {value}"),
    "why.seats": _M(
        "{seats} formasi (minimum {minimum}), terisi {filled}", "{seats} seats (minimum {minimum}), {filled} filled"
    ),
    "why.count": _M(
        "menghitung {seats} formasi = {parts}{most}; minimum {minimum}",
        "counts {seats} seats = {parts}{most}; minimum {minimum}",
    ),
    "why.count.per": _M(
        "{base} + {add} tiap {each} (dibulatkan ke atas) dari {fact} ({value})",
        "{base} + {add} for each begun {each} of {fact} ({value})",
    ),
    "why.count.unknown": _M(
        "{base}; {fact} tidak diketahui, jadi dasar saja", "{base}; {fact} is unknown, so the base alone"
    ),
    "why.count.max": _M(", paling banyak {most}", ", at most {most}"),
    "why.by_hand": _M("diubah dengan tangan{by}", "changed by hand{by}"),
    "why.by_hand.by": _M(" oleh {by}", " by {by}"),
    "why.by_hand.seats": _M("formasi {value}", "seats {value}"),
    "why.by_hand.minimum": _M("minimum {value}", "minimum {value}"),
    "why.by_hand.covered_elsewhere": _M("{value} dipenuhi pihak lain", "{value} covered elsewhere"),
    "why.priority": _M("prioritas {priority} dalam kelas {class_}", "priority {priority} within the class {class_}"),
    "why.priority.clamped": _M(
        "prioritas {priority} dalam kelas {class_} (jumlahnya {total}, dibatasi 1..9)",
        "priority {priority} within the class {class_} (the sum is {total}, kept within 1..9)",
    ),
    "why.priority.duty": _M("tugas {duty}: {own}", "duty {duty}: {own}"),
    "why.priority.rule": _M("{rule}: {add}", "{rule}: {add}"),
    "why.given": _M("diberikan dalam skenario", "given in the scenario"),
    "why.decreed": _M("ditetapkan: {decree}", "by decree: {decree}"),
    "why.days": _M("dihitung dari awal kejadian sampai sekarang", "counted from the start of the event until now"),
    "why.assumed": _M("diandaikan (`--assume`), bukan diberikan", "assumed (`--assume`), not given"),
    "why.default": _M(
        "tidak ada yang memberinya; nilai bawaan berlaku", "nobody gave it; its default for a missing fact stands"
    ),
    "why.nobody": _M("tidak ada yang memberinya", "nobody gave it"),
    "why.measure": _M(
        "{take} dari `{kind}` selama {window} (pengamatan: {count})",
        "{take} of `{kind}` over {window} (observations: {count})",
    ),
    "why.observation": _M("`{kind}`{value}, {time}{where}", "`{kind}`{value}, {time}{where}"),
    "why.rows.more": _M("dan baris {rows}", "and rows {rows}"),
    "why.in_area": _M(", {area}", ", {area}"),
    "why.row.area": _M("baris wilayah {area}", "row of area {area}"),
    "why.row.area.empty": _M("sel kosong di baris wilayah {area}", "empty cell in the row of area {area}"),
    "why.row.duty": _M("tugasnya sendiri", "the duty itself"),
    "why.row.unit": _M("baris unit {unit}", "row of unit {unit}"),
    "why.row.home": _M("wilayah rumah {area}", "home area {area}"),
    "why.row.officer": _M("baris pegawai", "the officer's row"),
    "why.row.officer.empty": _M("sel kosong di baris pegawai", "empty cell in the officer's row"),
    "why.row.officer.default": _M(
        "sel kosong di baris pegawai; nilai bawaan berlaku", "empty cell in the officer's row; its default stands"
    ),
    "why.way.table": _M("tabel waktu tempuh, {home} – {area}", "travel table, {home} – {area}"),
    "why.way.circle": _M("dari letak wilayah, {home} – {area}", "by the position of the areas, {home} – {area}"),
    "why.param": _M(
        "ambang {name} = {value}, berlaku sejak {since}", "parameter {name} = {value}, in force since {since}"
    ),
    "why.param.none": _M(
        "ambang {name} belum punya nilai (mulai {first})", "parameter {name} has no value yet (it starts {first})"
    ),
    "why.op.eq": _M("{fact} = {wanted}", "{fact} = {wanted}"),
    "why.op.ne": _M("{fact} bukan {wanted}", "{fact} is not {wanted}"),
    "why.op.gt": _M("{fact} > {wanted}", "{fact} > {wanted}"),
    "why.op.gte": _M("{fact} ≥ {wanted}", "{fact} ≥ {wanted}"),
    "why.op.lt": _M("{fact} < {wanted}", "{fact} < {wanted}"),
    "why.op.lte": _M("{fact} ≤ {wanted}", "{fact} ≤ {wanted}"),
    "why.op.in": _M("{fact} salah satu dari {wanted}", "{fact} is one of {wanted}"),
    "why.op.not_in": _M("{fact} bukan salah satu dari {wanted}", "{fact} is none of {wanted}"),
    "why.op.within": _M("{fact} di dalam {wanted}", "{fact} lies within {wanted}"),
    "why.op.has": _M("{fact} memuat {wanted}", "{fact} has {wanted}"),
    "why.op.has_any": _M("{fact} memuat salah satu dari {wanted}", "{fact} has any of {wanted}"),
    "why.op.known": _M("{fact} diketahui", "{fact} is known"),
    "why.op.unknown": _M("{fact} tidak diketahui", "{fact} is not known"),
    "why.read": _M("{asked} (nilainya: {value})", "{asked} (it is: {value})"),
    "why.any": _M("salah satu dari:", "any of:"),
    "why.not": _M("bukan:", "not:"),
    "why.holds": _M(
        "menguasai {competency} tingkat {level}{evidence}", "holds {competency} at level {level}{evidence}"
    ),
    "why.evidence": _M(", dengan bukti {kinds}", ", with evidence {kinds}"),
    "why.valid_until": _M(", berlaku sampai {day}", ", valid until {day}"),
    "why.holding": _M(
        "memiliki {competency} tingkat {level}{evidence}{until}", "has {competency} at level {level}{evidence}{until}"
    ),
    "why.implies": _M("{start} mencakup {end}{offset}", "{start} implies {end}{offset}"),
    "why.substitutes": _M(
        "{start} menggantikan {end} dengan kekuatan {strength}{offset}",
        "{start} substitutes {end} with strength {strength}{offset}",
    ),
    "why.offset": _M(", tingkat −{levels}", ", level −{levels}"),
    "why.basis.standard": _M("Dasar: memenuhi standar penuh tugas {duty}", "Basis: meets the full standard of {duty}"),
    "why.basis.who": _M(
        "Dasar: {rule}: menggantikan dengan kekuatan {strength}", "Basis: {rule}: stands in with strength {strength}"
    ),
    "why.basis.substitution": _M(
        "Dasar: {rule}: lewat kompetensi pengganti, kekuatan {strength} (paling sedikit {least}, paling banyak {hops} langkah)",
        "Basis: {rule}: through substitutes, strength {strength} (at least {least}, at most {hops} hops)",
    ),
    "why.basis.by_standard": _M(
        "Dasar: {rule}: memenuhi standar penuh, dan aturan di bawah ini tidak menghalangi",
        "Basis: {rule}: meets the full standard, and the rules below do not stop it",
    ),
    "why.basis.protected": _M("Dasar: alasan yang dilindungi", "Basis: a protected ground"),
    "why.basis.requires": _M("Syarat tugas {duty}", "What {duty} requires"),
    "why.basis.nothing_required": _M("tugas ini tidak mensyaratkan kompetensi", "the duty requires no competency"),
    "why.basis.overrides": _M("mengesampingkan {rule}", "overrides {rule}"),
    "why.need": _M("perlu {competency} tingkat {level}{evidence}", "needs {competency} at level {level}{evidence}"),
    "why.need.strict": _M(
        "wajib {competency} tingkat {level}{evidence}", "strictly needs {competency} at level {level}{evidence}"
    ),
    "why.need.substituted": _M(
        "{need}: lewat pengganti, kekuatan {strength}", "{need}: substituted, strength {strength}"
    ),
    "why.need.waived": _M("dihapus oleh {rule}", "waived by {rule}"),
    "why.need.stood_in": _M("digantikan oleh {rule}", "stood in for by {rule}"),
    "why.has.full": _M("memilikinya sepenuhnya", "holds it in full"),
    "why.has.none": _M("tidak memilikinya", "holds none of it"),
    "why.has.level": _M("hanya tingkat {level}", "holds level {level} only"),
    "why.has.evidence": _M(
        "memiliki tingkat {level}, tanpa bukti yang diminta ({evidence})",
        "holds level {level}, without the evidence asked for ({evidence})",
    ),
    "why.has.lapsed": _M("berlaku hanya sampai {day}", "valid until {day} only"),
    "why.available": _M("tersedia dari {first} sampai {last}", "available from {first} to {last}"),
    "why.unavailable": _M(
        "tidak tersedia sepanjang {first} sampai {last}", "not available on every day from {first} to {last}"
    ),
    "why.absent.available": _M("ditandai tidak tersedia", "marked as not available"),
    "why.absent.from": _M("baru tersedia mulai {day}", "available from {day} only"),
    "why.absent.until": _M("tersedia hanya sampai {day}", "available until {day} only"),
    "why.absent.service": _M("masa kerjanya berakhir {day}", "service ends on {day}"),
    "why.check.released": _M("{rule}: tidak menghalangi", "{rule}: does not stop it"),
    "why.check.overridden": _M("{rule}: dikesampingkan oleh {by}", "{rule}: overridden by {by}"),
    "why.check.asks": _M("{rule}: harus ditanyakan sebelum ditandatangani", "{rule}: to be asked before signing"),
    "why.check.stops": _M("{rule}: menolak", "{rule}: refuses"),
    "why.check.stops.unknown": _M(
        "{rule}: menolak karena tidak diketahui: {missing}", "{rule}: refuses because it is unknown: {missing}"
    ),
    "why.asks": _M(
        "tanyakan: {fact} ({key}); pertanyaan ini menambah {points} poin",
        "ask: {fact} ({key}); the question adds {points} points",
    ),
    "why.loss": _M(
        "mutu: 1000 × (1 − kekuatan {strength}) = {loss}", "quality loss: 1000 × (1 − strength {strength}) = {loss}"
    ),
    "why.points.rule": _M("{rule}: {points}", "{rule}: {points}"),
    "why.points.minimise": _M("{rule}: {points} ({fact}: {value})", "{rule}: {points} ({fact}: {value})"),
    "why.points.personal": _M("{rule}: ikut dihitung", "{rule}: counted"),
    "why.points.question": _M(
        "{rule}: {points} untuk pertanyaan tentang {fact}", "{rule}: {points} for the question about {fact}"
    ),
    "why.points.sensitive": _M(
        "{rule}: ditentukan {facts}; hasilnya tidak ditampilkan", "{rule}: decided by {facts}; the result is not shown"
    ),
    "why.protect": _M(
        "{rule}: {unit} menahan {keep} dari {n} pegawai ({p} tersedia), jadi {cap} boleh pergi; {used} pergi",
        "{rule}: {unit} keeps {keep} of {n} officers ({p} available), so {cap} may go; {used} go",
    ),
    "why.team.include": _M(
        "{rule}: {included} orang dihitung, masing-masing cukup untuk {per}: paling banyak {most}; terisi {filled}",
        "{rule}: {included} people count, each enough for {per}: {most} at most; {filled} filled",
    ),
    "why.team.counts": _M("pegawai ini ikut dihitung", "this officer counts"),
    "why.team.counts_not": _M("pegawai ini tidak dihitung", "this officer does not count"),
    "why.team.substitutes": _M(
        "{rule}: {used} dari {cap} pengganti yang diizinkan", "{rule}: {used} of {cap} stand-ins allowed"
    ),
    "why.share": _M("{rule}: {used} dari {cap} formasi yang diizinkan", "{rule}: {used} of {cap} seats allowed"),
    "why.pin.must": _M("dipin: harus ke {demand}", "pinned: must take {demand}"),
    "why.pin.never": _M("dipin: tidak pernah ke {demand}", "pinned: never {demand}"),
    "why.pin.by": _M("oleh {by}", "by {by}"),
    "why.pin.reason": _M("alasan: {reason}", "reason: {reason}"),
    "why.absent.may": _M("Boleh ditugaskan (kebutuhan: {count}), tetapi:", "May be sent (demands: {count}), but:"),
    "why.absent.may_nothing": _M(
        "Tidak boleh mengisi kebutuhan mana pun; yang terdekat:", "May take no demand; the nearest ones:"
    ),
    "why.absent.unit": _M("Unitnya tidak boleh melepas lebih banyak", "The home office may let nobody else go"),
    "why.absent.duty": _M("{duty} (kebutuhan: {count})", "{duty} (demands: {count})"),
    "why.absent.full": _M(
        "{demand} [{id}]: semua formasi terisi ({seats})", "{demand} [{id}]: every seat is taken ({seats})"
    ),
    "why.absent.free": _M("{demand} [{id}]: formasi kosong: {free}", "{demand} [{id}]: seats that stay empty: {free}"),
    "why.absent.lacks": _M("{demand} [{id}]", "{demand} [{id}]"),
    "why.absent.protected": _M("ditahan {rule}", "held by {rule}"),
    "why.absent.elsewhere": _M(
        "penugasan ke sini tidak menambah nilai rencana terbaik", "the best plan gains nothing by sending anybody there"
    ),
    "why.absent.unproven": _M(
        "batas waktu habis sebelum rencana terbukti terbaik", "the time limit passed before the plan was proven best"
    ),
    "why.taken": _M(
        "rencana dengan petugas yang ada sama baik atau lebih baik", "the plan with those seated is as good or better"
    ),
    "why.taken.weights": _M(
        "bobotnya {own}; yang terpilih {low} sampai {high}, dan seluruh rencana sama baik atau lebih baik",
        "would weigh {own}; those seated weigh {low} to {high}, and the plan as a whole is as good or better",
    ),
    "why.taken.by": _M("terpilih: {officers}", "seated: {officers}"),
    "why.more.demands": _M("dan kebutuhan lain: {count}", "and more demands: {count}"),
    "why.more.duties": _M("dan tugas lain: {count}", "and more duties: {count}"),
    "take.max": _M("nilai terbesar", "largest"),
    "take.min": _M("nilai terkecil", "smallest"),
    "take.mean": _M("rata-rata", "mean"),
    "take.sum": _M("jumlah", "sum"),
    "take.count": _M("banyaknya", "number"),
    "take.last": _M("nilai terakhir", "latest"),
    "place.event": _M("seluruh kejadian", "whole event"),
    "place.shift": _M(", giliran {shift}", ", shift {shift}"),
    "value.true": _M("ya", "yes"),
    "value.false": _M("tidak", "no"),
    "value.unknown": _M("tidak diketahui", "unknown"),
    "value.none": _M("tidak ada", "none"),
    "value.hidden": _M("tidak ditampilkan", "not shown"),
    "value.event.phase.alert": _M("siaga darurat", "alert (siaga darurat)"),
    "value.event.phase.response": _M("tanggap darurat", "response (tanggap darurat)"),
    "value.event.phase.recovery": _M("transisi ke pemulihan", "recovery (transisi ke pemulihan)"),
    "value.duty.class.life_safety": _M("penyelamatan jiwa", "life safety"),
    "value.duty.class.essential": _M("layanan pokok", "essential"),
    "value.duty.class.support": _M("pendukung", "support"),
    "value.unit.service_class.essential": _M("layanan dasar", "essential service"),
    "value.unit.service_class.support": _M("pendukung", "support"),
    "value.unit.service_class.administrative": _M("administrasi", "administrative"),
    "value.officer.sex.f": _M("perempuan", "female"),
    "value.officer.sex.m": _M("laki-laki", "male"),
    "value.officer.employment.pns": _M("PNS", "PNS"),
    "value.officer.employment.pppk": _M("PPPK", "PPPK"),
    "value.officer.employment.pppk_part_time": _M("PPPK paruh waktu", "part-time PPPK"),
    "value.officer.employment.cpns": _M("CPNS", "CPNS"),
    "fact.officer.id": _M("id pegawai", "officer id"),
    "fact.officer.unit": _M("unit kerja", "home office"),
    "fact.officer.employment": _M("status kepegawaian", "employment"),
    "fact.officer.grade": _M("golongan", "grade"),
    "fact.officer.position_class": _M("kelompok jabatan", "class of post"),
    "fact.officer.sex": _M("jenis kelamin", "sex"),
    "fact.officer.birth_date": _M("tanggal lahir", "birth date"),
    "fact.officer.service_until": _M("akhir masa kerja", "end of service"),
    "fact.officer.home_area": _M("wilayah rumah", "home area"),
    "fact.officer.work_area": _M("wilayah kerja", "work area"),
    "fact.officer.available": _M("tersedia", "available"),
    "fact.officer.available_from": _M("tersedia mulai", "available from"),
    "fact.officer.available_until": _M("tersedia sampai", "available until"),
    "fact.officer.fit": _M("sehat untuk bertugas", "fit for duty"),
    "fact.officer.affected": _M("keluarganya sendiri terdampak", "own household hit"),
    "fact.officer.willing": _M("bersedia", "willing"),
    "fact.officer.rest_hours": _M("jam istirahat", "hours of rest"),
    "fact.officer.hours_7d": _M("jam kerja 7 hari", "hours worked in 7 days"),
    "fact.officer.deployed_days_90d": _M("hari penugasan dalam 90 hari", "days deployed in 90 days"),
    "fact.officer.home_flooded": _M("wilayah rumah tergenang", "home area flooded"),
    "fact.unit.id": _M("unit", "unit"),
    "fact.unit.service_class": _M("kelas layanan unit", "service class of the unit"),
    "fact.unit.area": _M("wilayah unit", "area of the unit"),
    "fact.unit.tags": _M("tanda unit", "tags of the unit"),
    "fact.event.type": _M("jenis kejadian", "kind of event"),
    "fact.event.severity": _M("tingkat keparahan", "severity"),
    "fact.event.phase": _M("status keadaan darurat", "emergency phase"),
    "fact.event.affected_people": _M("warga terdampak", "people affected"),
    "fact.event.days": _M("hari sejak kejadian", "days since the start"),
    "fact.area.id": _M("wilayah", "area"),
    "fact.area.level": _M("tingkat wilayah", "level of the area"),
    "fact.area.flooded": _M("wilayah tergenang", "area flooded"),
    "fact.area.depth_cm": _M("dalamnya genangan", "depth of the water"),
    "fact.area.population": _M("penduduk wilayah", "population of the area"),
    "fact.area.affected_people": _M("warga terdampak di wilayah", "people affected in the area"),
    "fact.duty.id": _M("tugas", "duty"),
    "fact.duty.class": _M("kelas tugas", "class of the duty"),
    "fact.duty.tags": _M("tanda tugas", "tags of the duty"),
    "fact.duty.priority": _M("prioritas tugas", "priority of the duty"),
    "fact.pair.travel_min": _M("waktu tempuh", "travel time"),
    "fact.pair.same_area": _M("rumahnya di wilayah tugas", "lives in the area"),
    # ---- end of why ----
    # ---- show: the terminal (report/) ------------------------------------------------------------------------
    "show.planned": _M("Rencana {id} untuk {span}, keadaan pada {now}", "Plan {id} for {span}, as things stood {now}"),
    "show.conditional": _M(
        "BERSYARAT: rencana ini mengandaikan {facts}. Jangan ditandatangani sebelum itu benar.",
        "CONDITIONAL: this plan takes {facts} as so. Do not sign it before that is true.",
    ),
    "show.severity": _M("tingkat {value}", "severity {value}"),
    "show.no_severity": _M("tingkat tidak diketahui", "severity unknown"),
    "show.no_phase": _M("status belum ditetapkan", "no phase decreed yet"),
    "show.derived": _M("Diturunkan aturan", "Derived by rules"),
    "show.derived.line": _M("{fact} = {value}{given}", "{fact} = {value}{given}"),
    "show.derived.given": _M(" (diberikan: {value})", " (given: {value})"),
    "show.recommended": _M("Disarankan: {fact} = {value} ({rules})", "Recommended: {fact} = {value} ({rules})"),
    "show.recommended.decree": _M(
        "Status ditetapkan keputusan, bukan aturan. Untuk melihat akibatnya: {command}",
        "The phase is set by decree, not by a rule. To see what it would change: {command}",
    ),
    "show.summary": _M(
        "{filled} dari {seats} formasi terisi ({share}); {filled} dari {officers} pegawai bertugas",
        "{filled} of {seats} seats filled ({share}); {filled} of {officers} officers go",
    ),
    "show.summary.none": _M("Tidak ada kebutuhan dalam situasi ini.", "No demand arises in this situation."),
    "show.summary.minimum": _M(
        "{count} kebutuhan di bawah minimum: tugas di sana tidak berjalan",
        "{count} demands below their minimum: the duty there does not run",
    ),
    "show.summary.questions": _M(
        "{count} pertanyaan harus dijawab sebelum ditandatangani ({officers} pegawai)",
        "{count} questions to answer before signing ({officers} officers)",
    ),
    "show.coverage": _M("Keterisian", "Coverage"),
    "show.below": _M("< minimum {minimum}", "< minimum {minimum}"),
    "show.areas": _M("tempat lain penuh: {count}", "full elsewhere: {count}"),
    "show.shortfalls": _M("Formasi kosong, dan sebabnya", "Empty seats, and why"),
    "show.shortfall.none": _M("Semua formasi terisi.", "Every seat is filled."),
    "show.reason.nobody_eligible": _M("tidak ada lagi yang boleh mengisinya", "nobody else may take it"),
    "show.reason.all_committed": _M(
        "semua yang boleh mengisinya sudah bertugas: {duties}",
        "everybody who may take it already serves: {duties}",
    ),
    "show.reason.protected": _M(
        "yang bebas ditahan unitnya: {rules}", "those who are free are kept by their unit: {rules}"
    ),
    "show.reason.team": _M(
        "susunan regu tidak mengizinkan lebih banyak: {rules}", "the make-up of the team allows no more: {rules}"
    ),
    "show.reason.share": _M("batas pengganti sudah penuh: {rules}", "the share of stand-ins is full: {rules}"),
    "show.reason.pinned": _M("pin menahan: {officers}", "pins hold back: {officers}"),
    "show.reason.pinned.none": _M("pin menahan yang bebas", "pins hold back those who are free"),
    "show.reason.time_limit": _M(
        "batas waktu habis; coba `--time-limit` yang lebih besar", "the time limit passed; try a larger `--time-limit`"
    ),
    "show.in_unit": _M("{rule} – {units}", "{rule} – {units}"),
    "show.nearest": _M("terdekat: {officer} {lacks}", "nearest: {officer} {lacks}"),
    "show.lacks.available": _M("tidak tersedia", "is not available"),
    "show.lacks.competency": _M("tidak punya {competency} tingkat {level}", "lacks {competency} level {level}"),
    "show.lacks.rule": _M("ditolak {rule}", "is refused by {rule}"),
    "show.questions": _M("Tanyakan sebelum menandatangani", "Ask before signing"),
    "show.question": _M("{fact}? ({key}) – {rule}", "{fact}? ({key}) – {rule}"),
    "show.possible": _M("Kebutuhan yang mungkin, bila faktanya diketahui", "Demands that unknown facts leave open"),
    "show.possible.line": _M("{duty}: {rule}", "{duty}: {rule}"),
    "show.possible.missing": _M("belum diketahui: {facts}", "unknown: {facts}"),
    "show.possible.measure": _M(
        "perlu: pengamatan `{kind}` di tabel observations", "needed: observations of `{kind}` in the table observations"
    ),
    "show.possible.area": _M("perlu: kolom `{name}` di tabel areas", "needed: the column `{name}` of the table areas"),
    "show.possible.param": _M(
        "perlu: nilai parameter `{name}` yang berlaku sekarang", "needed: a value of parameter `{name}` that stands now"
    ),
    "show.units": _M("Dari unit mana mereka pergi", "Which offices they come from"),
    "show.units.line": _M("{moved} dari {total}", "{moved} of {total}"),
    "show.citizens": _M(
        "Prioritas yang diubah laporan warga dan fakta lain", "Priorities changed by citizens' reports and other facts"
    ),
    "show.quarantined.hidden": _M("nilai fakta sensitif tidak sah", "the value of a sensitive fact is not valid"),
    "show.displaced": _M("Tergeser dari rencana sebelumnya", "Displaced from the previous plan"),
    "show.displaced.supersedes": _M(
        "Rencana ini menggantikan {id}; {kept} pegawai tetap, {changed} pindah atau pulang, {new} baru.",
        "This plan supersedes {id}; {kept} officers stay, {changed} move or go home, {new} are new.",
    ),
    "show.displaced.officer_gone": _M("tidak ada lagi dalam skenario", "no longer in the scenario"),
    "show.displaced.demand_gone": _M("kebutuhannya tidak ada lagi", "the demand no longer arises"),
    "show.displaced.unavailable": _M("tidak tersedia lagi", "no longer available"),
    "show.displaced.refused": _M("ditolak {rules}", "refused by {rules}"),
    "show.displaced.competency": _M("kompetensinya tidak lagi cukup", "the competency no longer suffices"),
    "show.status": _M("Status dan bukti", "Status and proof"),
    "show.status.optimal.certificate": _M(
        "OPTIMAL, terbukti: tidak ada rencana yang lebih baik menurut urutan di bawah; sertifikatnya dapat diperiksa siapa pun.",
        "OPTIMAL, proven: no plan is better in the order below; anybody can check the certificate.",
    ),
    "show.status.optimal.solver": _M(
        "OPTIMAL menurut pemecah HiGHS; buktinya tidak dapat diperiksa terpisah. Penugasannya sendiri dapat.",
        "OPTIMAL by the word of the solver HiGHS; its proof cannot be checked apart. The assignments can.",
    ),
    "show.status.feasible": _M(
        "LAYAK, belum terbukti terbaik: batas waktu habis. Kolom terakhir menunjukkan yang paling baik mungkin.",
        "FEASIBLE, not proven best: the time limit passed. The last column shows the best possible.",
    ),
    "show.engine": _M("mesin inferensi {engine}; {versions}", "inference engine {engine}; {versions}"),
    "show.tier.of": _M("{value} dari paling baik {bound}", "{value} of at best {bound}"),
    "show.tier.coverage.life_safety.minimum": _M("penyelamatan jiwa sampai minimum", "life safety up to the minimum"),
    "show.tier.coverage.life_safety": _M("penyelamatan jiwa", "life safety"),
    "show.tier.coverage.essential.minimum": _M("layanan pokok sampai minimum", "essential up to the minimum"),
    "show.tier.coverage.essential": _M("layanan pokok", "essential"),
    "show.tier.coverage.support.minimum": _M("pendukung sampai minimum", "support up to the minimum"),
    "show.tier.coverage.support": _M("pendukung", "support"),
    "show.tier.disruption": _M("pegawai yang berpindah", "officers who change"),
    "show.tier.suitability": _M("kurang cocok (mutu + poin)", "misfit (quality loss + points)"),
    "show.tier.burden": _M("jam 7 hari terakhir", "hours of the last 7 days"),
    "show.more_is_better": _M("makin besar makin baik", "more is better"),
    "show.less_is_better": _M("makin kecil makin baik", "less is better"),
    "show.next": _M("Selanjutnya", "Next"),
    "show.next.saved": _M("Ditulis: {path}", "Written: {path}"),
    "show.next.verify": _M("periksa rencana dengan pendapat kedua", "check the plan by a second opinion"),
    "show.next.explain": _M("mengapa pegawai ini", "why this officer"),
    "show.next.bundle": _M(
        "simpan rencana dengan semua masukannya, agar dapat diperiksa dan dijelaskan kelak",
        "keep the plan with all its input, to be verified and explained later",
    ),
    "show.verify.ok": _M(
        "RENCANA INI BENAR: pendapat kedua tidak menemukan kesalahan.",
        "THE PLAN STANDS: the second opinion found nothing against it.",
    ),
    "show.verify.bad": _M("RENCANA INI TIDAK BENAR: {count} temuan.", "THE PLAN DOES NOT STAND: {count} findings."),
    "show.verify.proven": _M("Keoptimalan: terbukti dari sertifikat.", "Optimality: proven from the certificate."),
    "show.verify.not_independently_proven": _M(
        "Keoptimalan: hanya menurut pemecah, tidak dibuktikan terpisah.",
        "Optimality: by the solver's word only, not independently proven.",
    ),
    "show.verify.not_claimed": _M(
        "Keoptimalan: tidak dinyatakan (batas waktu habis).", "Optimality: not claimed (the time limit passed)."
    ),
    "show.verify.checked": _M("Diperiksa", "Checked"),
    "show.checked.assignments": _M("penugasan", "assignments"),
    "show.checked.demands": _M("kebutuhan", "demands"),
    "show.checked.rules_in_force": _M("aturan yang berlaku", "rules in force"),
    "show.checked.officers": _M("pegawai", "officers"),
    "show.checked.groups": _M("kelompok pegawai yang sama", "groups of alike officers"),
    "show.more": _M("dan {count} lagi", "and {count} more"),
    "show.quarantined": _M("Baris yang dikarantina", "Quarantined rows"),
    "show.warnings": _M("Peringatan", "Warnings"),
    "show.checked.eligible_pairs": _M(
        "pasangan kelompok dan kebutuhan yang boleh", "eligible pairs of group and demand"
    ),
    "show.checked.limits": _M("batas", "limits"),
    "show.checked.shortfalls": _M("kekurangan", "shortfalls"),
    "show.proof.title": _M("Penjelasan untuk {audience}", "Explanation for {audience}"),
    "show.proof.sources": _M("Dasar hukum", "Sources"),
    "show.proof.files": _M("Berkas", "Files"),
    "show.audience.planner": _M("perencana", "planners"),
    "show.audience.officer": _M("pegawai yang bersangkutan", "the officer"),
    "show.audience.public": _M("umum", "the public"),
    "show.audience.signer": _M("penanda tangan", "the signer"),
    "show.audience.auditor": _M("pemeriksa", "the auditor"),
    # ---- end of show ----
}
