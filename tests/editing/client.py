"""A language client that speaks JSON-RPC over the pipes of a real server, as an editor does.

Written by hand, so that no library stands on both ends of the wire: what it sends and reads is what the protocol says.
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

# How long an answer may take before a test is a failure: a machine under load is slow, a server that hangs is not.
PATIENCE_S = 60.0

Json = dict[str, Any]


class AnswerError(Exception):
    """The server refused a request; `answer` is the error it gave."""

    def __init__(self, answer: Json) -> None:
        super().__init__(answer.get("message"))
        self.answer = answer


class Client:
    """Starts a server and talks to it; answers what servers ask of editors."""

    def __init__(
        self, command: Sequence[str], *, folder: Path, settings: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.settings = settings or {}
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        self.notes: list[Json] = []
        self.errors = b""
        self._number = 0
        self._arrived: queue.Queue[Json | None] = queue.Queue()
        self._answers: dict[int, Json] = {}
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()) not in {b"\r\n", b""}:
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                self._arrived.put(None)
                return
            self._arrived.put(json.loads(stream.read(length)))

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()

    def _send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _settle(self, done: Callable[[], bool], what: str) -> None:
        """Take in messages until `done`."""
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            try:
                message = self._arrived.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {what} within {PATIENCE_S} s; last notes {self.notes[-3:]}") from None
            assert message is not None, f"the server has gone before {what}: {self.errors.decode()}"
            if "method" not in message:
                self._answers[message["id"]] = message
            elif "id" in message:
                self._send({"id": message["id"], "result": self._answer(message)})
            else:
                self.notes.append(message)

    def _answer(self, message: Json) -> Any:
        if message["method"] == "workspace/configuration":
            return [self.settings.get(item.get("section")) for item in message["params"]["items"]]
        return None

    def request(self, method: str, params: Any = None) -> Any:
        """Ask, and return the answer.

        Raises
        ------
        AnswerError
            If the server refuses.
        """
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, **({} if params is None else {"params": params})})
        self._settle(lambda: number in self._answers, f"answer to {method}")
        answer = self._answers.pop(number)
        if "error" in answer:
            raise AnswerError(answer["error"])
        return answer["result"]

    def notify(self, method: str, params: Any = None) -> None:
        """Tell the server something that has no answer."""
        self._send({"method": method, **({} if params is None else {"params": params})})

    def start(self, root: Path, **options: Any) -> Json:
        """Open the session on a folder, with the abilities of a modern editor."""
        abilities = {
            "general": {"positionEncodings": ["utf-16"]},
            "workspace": {"configuration": True, "workspaceFolders": True, "workspaceEdit": {"documentChanges": True}},
            "textDocument": {
                "completion": {
                    "completionItem": {
                        "snippetSupport": True,
                        "documentationFormat": ["markdown", "plaintext"],
                        "labelDetailsSupport": True,
                        "insertReplaceSupport": False,
                    }
                },
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
                "rename": {"prepareSupport": True},
            },
        }  # fmt: skip
        answer: Json = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri(),
                "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
                "capabilities": abilities,
                **options,
            },
        )
        self.notify("initialized", {})
        return answer

    def open(self, uri: str, text: str, version: int = 1) -> None:
        """Open a document."""
        document = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, text: str, version: int) -> None:
        """Replace the text of an open document."""
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def ask_at(self, method: str, uri: str, line: int, character: int, **more: Any) -> Any:
        """Ask about a place: line and UTF-16 character, both from 0."""
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        return self.request(f"textDocument/{method}", {**place, **more})

    def diagnostics(self, uri: str, version: int | None = None) -> list[Json]:
        """Wait for the findings of a document (in this version) and return the latest."""

        def told() -> list[Json]:
            return [
                note["params"]
                for note in self.notes
                if note["method"] == "textDocument/publishDiagnostics"
                and note["params"]["uri"] == uri
                and (version is None or note["params"].get("version") == version)
            ]

        self._settle(lambda: bool(told()), f"diagnostics of {uri}")
        found: list[Json] = told()[-1]["diagnostics"]
        return found

    def stop(self) -> tuple[int, str]:
        """Shut the server down as the protocol says; return its exit code and what it wrote to stderr."""
        self.request("shutdown")
        self.notify("exit")
        code = self.process.wait(PATIENCE_S)
        for thread in self._threads:
            thread.join(PATIENCE_S)
        return code, self.errors.decode()

    def kill(self) -> None:
        """End the server if it still runs (after a failed test), and close its pipes."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE_S)
        for thread in self._threads:
            thread.join(PATIENCE_S)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
