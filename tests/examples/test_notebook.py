"""The notebook runs from the first cell to the last, and every picture is there."""

from __future__ import annotations

import json
import os

import pytest

from ..support import REPOSITORY

nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")
pytest.importorskip("matplotlib", reason="matplotlib is not installed")

FILE = REPOSITORY / "examples" / "notebook" / "tour.ipynb"


def test_every_cell_runs_and_every_picture_shows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(REPOSITORY / "src"), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(FILE, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FILE.parent)}}
    )
    client.execute()
    pictures = [cell for cell in notebook.cells if cell.cell_type == "code" and ".plot(" in cell.source]
    assert len(pictures) == 6
    for cell in pictures:
        (output,) = cell.outputs
        assert output["data"]["image/svg+xml"].startswith("<?xml")
    shown = [output.get("data", {}).get("text/plain") for cell in notebook.cells for output in cell.get("outputs", ())]
    assert any(text and text.isdigit() and int(text) > 0 for text in shown)


def test_nothing_that_was_run_is_kept() -> None:
    cells = json.loads(FILE.read_text("utf-8"))["cells"]
    assert all(not cell.get("outputs") for cell in cells)
    assert "You will see" in "".join(cells[0]["source"])
