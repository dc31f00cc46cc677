"""Real files spoiled as people, programs and pranks spoil them: bytes, lines, indentation, splices, floods.

Everything is drawn from a seed: the same seed gives the same inputs.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

from tests.support import CASES, REPOSITORY

_JUNK = (
    b"\t", b"\0", b"\x07", b"\xff", b"\xe9", b"\xc2\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\r", b"\r\n", b"---\n",
    b"...\n", b"&a ", b"*a", b"!!python/object:x ", b"!x", b"{", b"}", b"[", b"]", b"'", b'"', b": ", b":", b"- ",
    b"#", b" #", b"\n", b"\n\n", b"? ", b"|", b"|2-\n", b">", b"%YAML 1.1\n", b"@", b"`", b"<<: ", b",", b"=", b"~",
    "“".encode(), "–".encode(), "\u202e".encode(), "\u00a0".encode(), "é".encode(), "е".encode(), "😀".encode(),
)  # fmt: skip
_VALUES = (
    b"", b"~", b"null", b"true", b"ya", b"no", b"0", b"-1", b"6", b"0,7", b"0.7", b"1e400", b"-.inf", b".nan", b"0x1F",
    b"0o17", b"9" * 5000, b"0." + b"1" * 400, b"99999999999999999999", b"40", b"40%", b"140%", b"-5%", b"%",
    b"2024-02-30", b"9999-12-31", b"0001-01-01", b"31/12/2024", b"45291", b"25:00", b"24:00", b"07:00",
    b"2024-01-01T00:00:00+07:00", b"0001-01-01T00:00:00+14:00", b"6h", b"99999999d", b"[]", b"{}", b"[[]]",
    b"{a: {}}", b"flood", b"a" * 5000, b"officer.fit", b"event.severity", b"{param: x}", b"{param: {a: b}}", b">=4",
    "٣".encode(), b"x@y/z", b"'", b'"', b"[", b"{", b"*x", b"&x", b"!!int 3", b"| a", b"'40%'",
    b"\xe2\x80\x9cx\xe2\x80\x9d",
)  # fmt: skip


@cache
def real_files() -> tuple[tuple[str, bytes], ...]:
    """Every rule file of the repository that people wrote, right and wrong ones."""
    paths = [
        *sorted((REPOSITORY / "rules").rglob("*.yaml")),
        *sorted((REPOSITORY / "examples").rglob("*.yaml")),
        *sorted((REPOSITORY / "tests" / "rulebook" / "malformed").glob("*.yaml")),
        *sorted((REPOSITORY / "tests" / "analysis" / "corpus").glob("*.yaml")),
        *sorted(CASES.glob("*/rules.yaml")),
    ]
    return tuple((path.relative_to(REPOSITORY).as_posix(), path.read_bytes()) for path in paths)


@cache
def packs() -> tuple[dict[str, bytes], ...]:
    """Whole rulebooks of several files."""
    folders = sorted({path.parent for path in (REPOSITORY / "rules").glob("*/*.yaml")})
    return tuple({p.relative_to(f).as_posix(): p.read_bytes() for p in sorted(f.rglob("*.yaml"))} for f in folders)


def _span(dice: random.Random, size: int, most: int) -> tuple[int, int]:
    start = dice.randint(0, size)
    return start, min(size, start + dice.randint(1, most))


def _flip(dice: random.Random, text: bytes) -> bytes:
    if not text:
        return text
    spoiled = bytearray(text)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(text))
        spoiled[at] ^= 1 << dice.randrange(8)
    return bytes(spoiled)


def _delete(dice: random.Random, text: bytes) -> bytes:
    start, end = _span(dice, len(text), dice.choice((1, 1, 2, 8, 64)))
    return text[:start] + text[end:]


def _insert(dice: random.Random, text: bytes) -> bytes:
    at = dice.randint(0, len(text))
    junk = dice.choice(_JUNK) if dice.random() < 0.8 else dice.randbytes(dice.randint(1, 6))
    return text[:at] + junk + text[at:]


def _repeat(dice: random.Random, text: bytes) -> bytes:
    start, end = _span(dice, len(text), 60)
    return text[:end] + text[start:end] * dice.choice((1, 1, 2, 20)) + text[end:]


def _cut(dice: random.Random, text: bytes) -> bytes:
    at = dice.randint(0, len(text))
    return text[:at] if dice.random() < 0.7 else text[at:]


def _lines(work: Callable[[random.Random, list[bytes]], None]) -> Callable[[random.Random, bytes], bytes]:
    def spoil(dice: random.Random, text: bytes) -> bytes:
        lines = text.split(b"\n")
        work(dice, lines)
        return b"\n".join(lines)

    return spoil


def _drop_line(dice: random.Random, lines: list[bytes]) -> None:
    start, end = _span(dice, len(lines), 3)
    del lines[start:end]


def _double_lines(dice: random.Random, lines: list[bytes]) -> None:
    start, end = _span(dice, len(lines), 8)
    at = end if dice.random() < 0.6 else dice.randint(0, len(lines))
    lines[at:at] = lines[start:end]


def _swap_lines(dice: random.Random, lines: list[bytes]) -> None:
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(dice: random.Random, lines: list[bytes]) -> None:
    start, end = _span(dice, len(lines), dice.choice((1, 1, 5)))
    change = dice.choice((b" ", b"  ", b"    ", b"\t", b"-"))
    for at in range(start, end):
        body = lines[at].lstrip(b" ")
        space = len(lines[at]) - len(body)
        lines[at] = change + lines[at] if change != b"-" else b" " * max(0, space - dice.randint(1, 4)) + body


def _value(dice: random.Random, lines: list[bytes]) -> None:
    keyed = [at for at, line in enumerate(lines) if b": " in line or line.endswith(b":")]
    if not keyed:
        return
    at = dice.choice(keyed)
    head, _, rest = lines[at].partition(b":") if dice.random() < 0.5 else lines[at].rpartition(b":")
    tail = next((rest[i:] for i in range(len(rest)) if rest[i : i + 1] in b",}]"), b"")
    value = dice.choice(_VALUES)
    lines[at] = head + b": " + value + (tail if dice.random() < 0.8 else b"")


def _comment_out(dice: random.Random, lines: list[bytes]) -> None:
    at = dice.randrange(len(lines))
    lines[at] = b"# " + lines[at]


def _line_ends(dice: random.Random, text: bytes) -> bytes:
    return text.replace(b"\n", dice.choice((b"\r\n", b"\r", b"\n\n", b"\n\r", b"\xc2\x85", b"\xe2\x80\xa8")))


def _coding(dice: random.Random, text: bytes) -> bytes:
    plain = text.decode("utf-8", "replace")
    return plain.encode(
        dice.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "utf-7")), "replace"
    )


def _flood(dice: random.Random, text: bytes) -> bytes:
    """One thing far too long, too deep or too often."""
    size = dice.choice((100, 1000, 5000, 20_000))
    deep = dice.choice((b"[", b"{a: ", b"- ", b"? ", b"- - ", b"{all: [", b"[{not: "))
    flood = dice.choice((
        deep * size, b"x" * size, b'"' + b"y " * size + b'"', b"9" * size, b"a, " * size, b"k: {} ," * size,
        b"\n" * size,
        b"#" * size, b" " * size, b"".join(b"k%d: 1\n" % i for i in range(size)), b"- x\n" * size, b"&a" * size,
        b"".join(b"  " * i + b"a:\n" for i in range(min(size, 1000))),
    ))  # fmt: skip
    at = dice.randint(0, len(text))
    return text[:at] + flood + text[at:]


def _splice(dice: random.Random, text: bytes) -> bytes:
    """The beginning of one file with the end, or a few lines, of another."""
    other = dice.choice(real_files())[1]
    if dice.random() < 0.3:
        return text[: dice.randint(0, len(text))] + other[dice.randint(0, len(other)) :]
    lines, more = text.split(b"\n"), other.split(b"\n")
    start, end = _span(dice, len(more), 12)
    at = dice.randint(0, len(lines))
    lines[at : at + dice.choice((0, 0, 3))] = more[start:end]
    return b"\n".join(lines)


_WAYS: tuple[tuple[Callable[[random.Random, bytes], bytes], int], ...] = (
    (_flip, 8), (_delete, 10), (_insert, 14), (_repeat, 5), (_cut, 3), (_lines(_drop_line), 8),
    (_lines(_double_lines), 8), (_lines(_swap_lines), 6), (_lines(_indent), 12), (_lines(_value), 20),
    (_lines(_comment_out), 3), (_line_ends, 2), (_coding, 1), (_flood, 2), (_splice, 8),
)  # fmt: skip


def spoiled(dice: random.Random, text: bytes) -> bytes:
    """Spoil a file in one to five ways."""
    for way in dice.choices(*zip(*_WAYS, strict=True), k=dice.choice((1, 1, 1, 2, 2, 3, 5))):  # type: ignore[arg-type]
        text = way(dice, text)
    return text


def spoiled_lines(dice: random.Random, text: bytes) -> bytes:
    """Spoil lines in one way that often leaves a rulebook whole."""
    return _lines(dice.choice((_drop_line, _swap_lines, _double_lines, _value)))(dice, text)


def spoiled_file(dice: random.Random) -> dict[str, bytes]:
    """One real file, spoiled."""
    return {"x.yaml": spoiled(dice, dice.choice(real_files())[1])}


def spoiled_pack(dice: random.Random) -> dict[str, bytes]:
    """A whole rulebook of which one to three files are spoiled, or one is missing or has come from elsewhere."""
    files = dict(dice.choice(packs()))
    for name in dice.sample(sorted(files), dice.choice((1, 1, 2, 3))):
        if dice.random() < 0.1:
            del files[name]
        else:
            files[name] = spoiled(dice, files[name])
    if dice.random() < 0.1:
        files["zz_more.yaml"] = dice.choice(real_files())[1]
    return files
