"""The process that runs durable_rules: a script of its own, the one module that imports it (semantics §11).

Run by path, without asn-flex: `python -P worker.py PARENT_PID`. It reads one JSON request per line from standard input
and writes one JSON reply per line to what was standard output; whatever durable_rules prints goes to standard error.

- first line written: `{"ready": 1}`, or `{"failed": why}` where durable_rules cannot be imported
- request: `{"n": 7, "limit_s": 30, "load": {name: [[[property, comparison, constant], …], …]},
  "run": [[name, sid, [{property: value}, …]], …]}`
- reply: `{"n": 7, "hits": [[[pattern, …], …], …], "rss_kb": 1}`: the patterns that each fact matches, or
  `{"n": 7, "error": why}`

It uses the safe subset only: single-fact patterns that begin with a type, a private host without timers, actions that
record and do nothing else. It ends with its input, with its parent, and when a request takes longer than its limit.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

_NAME = re.compile(r"[nsb]\d{1,3}")
_COMPARISONS = {"eq": "", "neq": "$neq", "gte": "$gte", "lte": "$lte"}
_MAX_LINE = 64 * 1024 * 1024
_MAX_PATTERNS = 60
_MAX_TERMS = 40
_TRIES = 3
_LOOK_FOR_PARENT_S = 2.0


class RefusedError(Exception):
    """A request outside the safe subset, or a reply of durable_rules that cannot be trusted."""


def main(arguments: list[str]) -> None:
    """Serve requests until the input ends."""
    replies = _own_streams()
    parent = int(arguments[0]) if arguments else 0
    _limit_process()
    try:
        rules = Rules()
    except (ImportError, OSError) as error:
        # The reason stands in the plan, which must not depend on the folder of this installation.
        _write(replies, {"failed": str(error).rpartition(os.sep)[2]})
        return
    _write(replies, {"ready": 1})
    for line in _lines(parent):
        request = json.loads(line)
        _alarm(int(request["limit_s"]) + 2)
        try:
            reply: dict[str, Any] = {"hits": rules.serve(request), "rss_kb": _memory_kb()}
        except (RefusedError, rules.refused) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        _alarm(0)
        _write(replies, {"n": request["n"], **reply})


class Rules:
    """Rulesets of durable_rules, each with one kind of fact."""

    def __init__(self) -> None:
        from durable import engine  # noqa: PLC0415 - a failure is reported to the parent

        # A host without the timer threads of the default one.
        self._host = type("Host", (engine.Host,), {"_run": lambda _: None})()
        self._not_handled: type[Exception] = engine.MessageNotHandledException
        self._observed: type[Exception] = engine.MessageObservedException
        self.refused: type[Exception] = engine.durable_rules_engine.error
        self._types: dict[str, int] = {}
        self._hits: list[tuple[str, int]] = []

    def serve(self, request: dict[str, Any]) -> list[list[list[int]]]:
        """Load what is new, then assert the facts of every run; return the patterns that each fact matches."""
        for name, patterns in request["load"].items():
            self._load(name, patterns)
        return [
            [self._assert(name, sid, number, fact) for number, fact in enumerate(facts)]
            for name, sid, facts in request["run"]
        ]

    def _load(self, name: str, patterns: list[list[list[Any]]]) -> None:
        if not 0 < len(patterns) <= _MAX_PATTERNS or name in self._types:
            raise RefusedError(f"ruleset {name} has {len(patterns)} patterns, or is there already")
        kind = len(self._types) + 1
        # The definition is new each time: durable_rules takes the actions out of it.
        rules = {
            f"r{number}": {"all": [{"f": _pattern(kind, terms)}], "run": self._recorder(number)}
            for number, terms in enumerate(patterns)
        }
        self._host.set_rulesets({name: rules})
        self._types[name] = kind

    def _recorder(self, number: int) -> Any:
        def record(context: Any) -> None:
            self._hits.append((context._m["f"]["id"], number))  # noqa: SLF001 - the message has no other way out

        return record

    def _assert(self, name: str, sid: str, number: int, fact: dict[str, Any]) -> list[int]:
        """Assert one fact; trust the answer only if it was handled without an exception, or matched nothing."""
        for name_, value in fact.items():
            if not _NAME.fullmatch(name_) or not _is_plain(value):
                raise RefusedError(f"a fact may not carry {name_}")
        for attempt in range(_TRIES):
            ident = f"{number}.{attempt}"
            self._hits.clear()
            try:
                reply = self._host.assert_fact(name, {"t": self._types[name], **fact, "sid": sid, "id": ident})
            except self._observed:
                continue
            except self._not_handled:
                if self._hits:
                    raise RefusedError("a fact that matched nothing has matches") from None
                return []
            if not isinstance(reply, dict) or reply.get("exception") or not self._hits:
                problem = reply.get("exception") if isinstance(reply, dict) else "an action was abandoned"
                raise RefusedError(f"durable_rules lost matches: {problem}")
            if any(found != ident for found, _ in self._hits):
                raise RefusedError("durable_rules matched another fact")
            return sorted({pattern for _, pattern in self._hits})
        raise RefusedError(f"durable_rules takes fact {number} for one that it has seen")


def _pattern(kind: int, terms: list[list[Any]]) -> dict[str, Any]:
    """Return a pattern that begins with the type; refuse whatever the safe subset does not allow."""
    if not 0 < len(terms) <= _MAX_TERMS:
        raise RefusedError(f"a pattern has {len(terms)} terms")
    found: list[dict[str, Any]] = [{"t": kind}]
    for name, comparison, constant in terms:
        if not _NAME.fullmatch(name) or comparison not in _COMPARISONS or not _is_plain(constant):
            raise RefusedError(f"a pattern may not ask {name} {comparison} {constant}")
        operator = _COMPARISONS[comparison]
        found.append({operator: {name: constant}} if operator else {name: constant})
    return {"$and": found}


def _is_plain(value: object) -> bool:
    """Whether durable_rules may see it: a flag as text, or a small whole number."""
    if isinstance(value, str):
        return value in {"true", "false"}
    return type(value) is int and abs(value) < 2**31


def _own_streams() -> int:
    """Keep standard output for replies; send everything else that is printed to standard error."""
    replies = os.dup(1)
    os.dup2(2, 1)
    return replies


def _limit_process() -> None:
    """Ignore Ctrl-C (the parent decides), leave no core file, and take no more than 4 GiB."""
    import signal  # noqa: PLC0415 - the script starts faster without what it may not need

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import resource  # noqa: PLC0415 - POSIX only
    except ImportError:
        return
    wanted = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, 4 * 1024**3))
    for kind, limit in wanted:
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(kind, (limit, hard))


def _alarm(seconds: int) -> None:
    """Let the system end this process after so many seconds, even inside a loop of C; 0 takes it back."""
    import signal  # noqa: PLC0415 - idem

    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _memory_kb() -> int:
    try:
        import resource  # noqa: PLC0415 - POSIX only
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _lines(parent: int) -> Iterator[bytes]:
    """Yield requests; end with the input, or when the parent has gone and left its end to others."""
    kept = b""
    while True:
        head, newline, rest = kept.partition(b"\n")
        if newline:
            kept = rest
            yield head
            continue
        if len(kept) > _MAX_LINE or not _wait_for_input(parent):
            return
        more = os.read(0, 1 << 20)
        if not more:
            return
        kept += more


def _wait_for_input(parent: int) -> bool:
    if os.name != "posix":
        return True
    import select  # noqa: PLC0415 - idem

    while not select.select([0], [], [], _LOOK_FOR_PARENT_S)[0]:
        if parent and os.getppid() != parent:
            return False
    return True


def _write(replies: int, value: dict[str, Any]) -> None:
    content = memoryview(json.dumps(value).encode() + b"\n")
    while content:
        content = content[os.write(replies, content) :]


if __name__ == "__main__":
    main(sys.argv[1:])
    # durable_rules is not trusted to clean up after itself.
    os._exit(0)
