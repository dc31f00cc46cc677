"""The worker process as its parent sees it: started, asked within a time limit, killed and always reaped.

Replies are read without blocking, up to a limit of time and of size, and whatever is not the expected reply is a
failure: nothing of such a worker is used again.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from asn_flex.errors import AsnFlexError

WORKER_FILE = Path(__file__).with_name("worker.py")
_MAX_REPLY = 64 * 1024 * 1024
_MAX_ERRORS = 4096
_CHUNK = 1 << 16
_REAP_S = 5.0


class WorkerFailedError(AsnFlexError):
    """The worker died or answered nonsense; a fresh one may do better."""


class WorkerTimeoutError(WorkerFailedError):
    """The worker did not answer in time."""


class WorkerUnusableError(WorkerFailedError):
    """The worker cannot run here at all, and a fresh one would not either."""


class WorkerProcess:
    """One running worker.

    Parameters
    ----------
    command : the program and its arguments
    start_limit_s : how long it may take until it is ready

    Raises
    ------
    WorkerUnusableError
        If there is nothing to run, or the worker says that it cannot.
    WorkerFailedError
        If it does not get ready.
    """

    def __init__(self, command: Sequence[str], *, start_limit_s: float) -> None:
        self._owner = os.getpid()
        self._errors = b""
        self._kept = b""
        self._number = 0
        self.rss_kb = 0
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and a file of this package
                list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
            )
        except (OSError, ValueError) as error:
            raise WorkerUnusableError(f"it cannot be started: {error}") from error
        try:
            self._set_non_blocking()
            hello = self._read_reply(time.monotonic() + start_limit_s)
        except BaseException:
            self.kill()
            raise
        if hello.get("ready") != 1:
            self.kill()
            raise WorkerUnusableError(f"durable_rules cannot be imported there: {hello.get('failed', hello)}")

    @property
    def is_own(self) -> bool:
        """Whether this process started it (a fork inherits it, but may not use it)."""
        return self._owner == os.getpid()

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    def ask(self, request: dict[str, Any], *, deadline: float) -> dict[str, Any]:
        """Send one request and return its reply.

        Raises
        ------
        WorkerTimeoutError, WorkerFailedError
            The worker is then dead and reaped.
        """
        self._number += 1
        limit_s = max(1, int(deadline - time.monotonic()) + 1)
        line = json.dumps({**request, "n": self._number, "limit_s": limit_s}).encode() + b"\n"
        try:
            self._write(line, deadline)
            return self._checked(self._read_reply(deadline))
        except BaseException:
            # INVARIANT: an exchange that did not end well leaves no worker behind, whatever ended it.
            self.kill()
            raise

    def _checked(self, reply: dict[str, Any]) -> dict[str, Any]:
        """Return the reply if it answers the last request."""
        if "error" in reply:
            raise self._failure(f"it refused: {reply['error']}")
        rss = reply.get("rss_kb")
        if reply.get("n") != self._number or not isinstance(reply.get("hits"), list) or not isinstance(rss, int):
            raise self._failure("it answered something else than it was asked")
        self.rss_kb = rss
        return reply

    def kill(self) -> None:
        """End the worker and reap it; in a fork, only forget it."""
        process = self._process
        if self.is_own:
            if process.returncode is None:
                process.kill()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_REAP_S)
        else:
            # The worker is another process's child: `Popen` shall neither wait for it nor warn about it.
            process.returncode = 0
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def _set_non_blocking(self) -> None:
        if os.name != "posix":
            raise WorkerUnusableError("its pipes need a POSIX system")
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            os.set_blocking(stream.fileno(), False)  # type: ignore[union-attr]

    def _write(self, line: bytes, deadline: float) -> None:
        left = memoryview(line)
        while left:
            if self._wait(deadline, writing=True):
                try:
                    left = left[os.write(self._process.stdin.fileno(), left[:_CHUNK]) :]  # type: ignore[union-attr]
                except BlockingIOError:
                    continue
                except OSError:
                    raise self._failure("it stopped reading") from None

    def _read_reply(self, deadline: float) -> dict[str, Any]:
        parts = [self._kept]
        size = len(self._kept)
        while b"\n" not in parts[-1]:
            if size > _MAX_REPLY:
                raise self._failure(f"its answer is longer than {_MAX_REPLY} bytes")
            if not self._wait(deadline, writing=False):
                continue
            try:
                more = os.read(self._process.stdout.fileno(), _CHUNK)  # type: ignore[union-attr]
            except BlockingIOError:
                continue
            if not more:
                raise self._failure("it ended")
            parts.append(more)
            size += len(more)
        line, _, self._kept = b"".join(parts).partition(b"\n")
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError):
            raise self._failure("it answered nonsense") from None
        if not isinstance(reply, dict):
            raise self._failure("it answered nonsense")
        return reply

    def _wait(self, deadline: float, *, writing: bool) -> bool:
        """Wait until the worker can be written to or read from; keep what it says on standard error."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise WorkerTimeoutError("it took longer than its time limit")
        process = self._process
        with selectors.DefaultSelector() as selector:
            selector.register(process.stderr, selectors.EVENT_READ)  # type: ignore[arg-type]
            if writing:
                selector.register(process.stdin, selectors.EVENT_WRITE)  # type: ignore[arg-type]
            selector.register(process.stdout, selectors.EVENT_READ)  # type: ignore[arg-type]
            ready = {key.fileobj for key, _ in selector.select(left)}
        if process.stderr in ready:
            self._drain_errors()
        return (process.stdin if writing else process.stdout) in ready

    def _drain_errors(self) -> None:
        with suppress(OSError):
            self._errors = (self._errors + os.read(self._process.stderr.fileno(), _CHUNK))[-_MAX_ERRORS:]  # type: ignore[union-attr]

    def _failure(self, problem: str) -> WorkerFailedError:
        """Make the failure, with the last line that the worker said about it."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)
        self._drain_errors()
        code = self._process.returncode
        ending = (
            f" (killed by signal {-code})" if code is not None and code < 0 else f" (exit code {code})" if code else ""
        )
        said = self._errors.decode("utf-8", "replace").strip().splitlines()
        return WorkerFailedError(problem + ending + (f": {said[-1][:300]}" if said else ""))


def worker_command(worker_file: Path = WORKER_FILE) -> list[str]:
    """Return how to run the worker: this interpreter, apart from the caller's folder (semantics §11).

    Raises
    ------
    WorkerUnusableError
        If this interpreter does not know its own program.
    """
    if not sys.executable:
        raise WorkerUnusableError("this Python does not know its own program")
    return [sys.executable, "-P", str(worker_file), str(os.getpid())]
