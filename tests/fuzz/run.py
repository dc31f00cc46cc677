"""The long fuzz run: ``python -m tests.fuzz.run --count 100000 --seed 1 --processes 2``.

Every batch runs in a child of its own, under limits. What breaks a law is made small and saved below `found/`, where
`test_fuzz.py` runs it for ever after. A finished batch is a line of the log; a run that is started again with the same
log goes on after it.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import multiprocessing as mp
import re
import resource
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from .batches import SIZE, kind_of, throw
from .judge import judge, lay_out
from .smaller import smallest

FOUND = Path(__file__).parent / "found"
MEMORY_MB = 500
# Far more than the two seconds of CPU time that a law allows: a child that is silent so long hangs.
_SILENT_S = 60.0
_REPAIRS_EVERY = 4
_COMMAND_EVERY = 64


@dataclass
class Batch:
    """What became of one batch."""

    number: int
    kind: str
    inputs: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    memory_mb: int = 0
    findings: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)


def try_batch(run_seed: int, number: int, size: int, folder: Path, tell: Connection) -> None:
    """Run in the child: judge every input of a batch and tell the parent about it."""
    resource.setrlimit(resource.RLIMIT_AS, (4 * MEMORY_MB << 20, 4 * MEMORY_MB << 20))
    batch = Batch(number, kind_of(number))
    seen: set[str] = set()
    laws: set[str] = set()

    def take(files: dict[str, bytes]) -> None:
        digest = hashlib.blake2b(repr(sorted(files.items())).encode(), digest_size=8).hexdigest()
        if digest in seen:
            return
        seen.add(digest)
        tell.send(("at", digest))
        batch.inputs += 1
        broken, spent_s, is_refused = judge(
            files,
            folder,
            repairs=batch.inputs % _REPAIRS_EVERY == 0,
            command_line=batch.inputs % _COMMAND_EVERY == 0,
        )
        batch.slowest_s = max(batch.slowest_s, spent_s)
        batch.refused += is_refused
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        if peak > MEMORY_MB >= batch.memory_mb:
            broken.append(f"memory {peak} MB")
        batch.memory_mb = peak
        for law, sentence in {law_of(sentence): sentence for sentence in broken}.items():
            batch.broken.append(f"{digest} {sentence}")
            if law not in laws:
                laws.add(law)
                save(law, files, sentence)
                save(law, _made_small(files, law, folder, tell), sentence, again=True)

    throw(run_seed, number, take, size)
    batch.hashes = sorted(seen)
    tell.send(("done", asdict(batch)))


def law_of(sentence: str) -> str:
    """Return what two inputs share that break the same law in the same way."""
    return "_".join(re.findall(r"[A-Za-z_]+|[EWUX]\d{3}", sentence)[:4]).lower()[:60]


def _made_small(files: dict[str, bytes], law: str, folder: Path, tell: Connection) -> dict[str, bytes]:
    if law.startswith(("slow", "memory")):
        return files

    def breaks(one: dict[str, bytes]) -> bool:
        tell.send(("at", law))
        is_of_command = law.startswith(("command", "json"))
        verdict = judge(one, folder, repairs=law.startswith("repair"), command_line=is_of_command)
        return law in map(law_of, verdict.broken)

    return smallest(files, breaks)


def save(law: str, files: dict[str, bytes], sentence: str, *, again: bool = False) -> None:
    """Keep an input for ever, unless one is kept that breaks the same law; `again` puts a smaller one in its place."""
    target = FOUND / law
    if again or not target.exists():
        lay_out(files, target)
        (target / "what.txt").write_text(sentence + "\n", "utf-8")


def run_batch(run_seed: int, number: int, size: int) -> Batch:
    """Run one batch in a child; a child that dies or hangs is a finding too."""
    with tempfile.TemporaryDirectory(prefix="asn-flex-fuzz-") as scratch:
        folder = Path(scratch) / "rules"
        hear, tell = mp.Pipe(duplex=False)
        child = mp.get_context("spawn").Process(target=try_batch, args=(run_seed, number, size, folder, tell))
        child.start()
        tell.close()
        last = "nothing"
        while True:
            try:
                what, value = hear.recv() if hear.poll(_SILENT_S) else ("silent", last)
            except EOFError:
                what, value = "died", last
            if what == "done":
                child.join()
                return Batch(**value)
            if what != "at":
                child.kill()
                child.join()
                sentence = f"{what} (exit code {child.exitcode})"
                shutil.copytree(folder, FOUND / f"{what}_{value}", dirs_exist_ok=True)
                (FOUND / f"{what}_{value}" / "what.txt").write_text(sentence + "\n", "utf-8")
                return Batch(number, kind_of(number), broken=[f"{value} {sentence}"])
            last = value


def finished(log: Path | None) -> dict[int, dict[str, Any]]:
    """Read what an earlier run with this log has done."""
    if log is None or not log.exists():
        return {}
    rows = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    return {row["number"]: row for row in rows}


def batches(run_seed: int, size: int, todo: Iterator[int], processes: int) -> Iterator[Batch]:
    """Run batches, a few at a time, for ever."""
    with ThreadPoolExecutor(processes) as pool:
        going = {pool.submit(run_batch, run_seed, next(todo), size) for _ in range(processes)}
        while True:
            for one in as_completed(list(going)):
                going.discard(one)
                yield one.result()
                going.add(pool.submit(run_batch, run_seed, next(todo), size))
                break


def say(line: str) -> None:
    """Write a line of progress at once, also into a file."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run until so many different inputs have been judged; the exit code is 1 if any broke a law."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="how many different inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--size", type=int, default=SIZE, help="inputs per batch")
    parser.add_argument("--log", type=Path, help="a line per batch; a run that is started again goes on after them")
    given = parser.parse_args()
    rows = finished(given.log)
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    broken: list[str] = []
    refused, slowest, memory = 0, 0.0, 0
    todo = (number for number in itertools.count() if number not in rows)
    earlier = [Batch(**row) for row in rows.values()]
    for batch in itertools.chain(earlier, batches(given.seed, given.size, todo, given.processes)):
        seen.update(batch.hashes)
        kinds[batch.kind] += batch.inputs
        refused += batch.refused
        broken.extend(batch.broken)
        slowest, memory = max(slowest, batch.slowest_s), max(memory, batch.memory_mb)
        if batch.number in rows:
            continue
        if given.log is not None:
            with given.log.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(batch)) + "\n")
        say(
            f"batch {batch.number}: {len(seen)} inputs, {len(broken)} broken, slowest {slowest:.2f} s, "
            f"memory {memory} MB"
        )
        for sentence in batch.broken:
            say(f"  {sentence}")
        if len(seen) >= given.count:
            break
    say(f"inputs by kind: {dict(kinds)}; {refused} refused")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
