"""The results as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .stages import PLANNING

ORDER = ("town", "city", "province", "dense", "nation", "country")


def markdown(results: Mapping[str, Any]) -> str:
    """Return every table, with what failed said where the number would stand."""
    parts = [_sizes(results.get("sizes", {})), _peers(results)]
    for axis, found in results.get("growth", {}).items():
        parts.append(_growth(f"Growth in {axis}", axis, sorted(found.items(), key=lambda item: int(item[0]))))
    if "worst" in results:
        parts.append(_growth("Worst cases", "case", results["worst"].items()))
    return "\n".join(part for part in parts if part)


def table(title: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return one table under a heading."""
    names = list(header)
    lines = [f"## {title}", "", f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join(lines) + "\n"


def _sizes(sizes: Mapping[str, Any]) -> str:
    found = [(name, sizes[name]) for name in ORDER if name in sizes and "failed" not in sizes[name]]
    if not found:
        return ""
    rows = [["officers × demands", *(f"{r['officers']:,} × {r['demands']:,}".replace(",", " ") for _, r in found)]]
    rows.append(["rules in force", *(r["rules_in_force"] for _, r in found)])
    rows.append(["nodes, arcs", *(f"{r['network']['nodes']:,}, {r['network']['arcs']:,}" for _, r in found)])
    rows += [[f"{stage}, s", *(f"{r['seconds'][stage]:.3f}" for _, r in found)] for stage in PLANNING]
    rows.append(["**whole call, s**", *(f"**{r['whole_s']:.2f}**" for _, r in found)])
    rows.append(["peak, MB", *(r["peak_mb"] for _, r in found)])
    rows.append(
        ["`verify`, s", *(f"{r['seconds']['verify']:.2f}" if "verify" in r["seconds"] else "-" for _, r in found)]
    )
    rows.append(["peak with `verify`, MB", *(r["verify_peak_mb"] or "-" for _, r in found)])
    rows.append(["optimality", *(r.get("optimality", "-") for _, r in found)])
    rows.append(["floor: tables read + one bare solve of the objective, s", *(f"{r['floor_s']:.3f}" for _, r in found)])
    rows.append(["floor: tables read + bare solve of each tier, s", *(f"{r['floor_tiers_s']:.3f}" for _, r in found)])
    rows.append(["whole / floor of one solve", *(r["ratio"] for _, r in found)])
    rows.append(["whole / (tables read + bare solve of the first tier alone)", *(r["ratio_first"] for _, r in found)])
    rows.append(["whole / floor of all tiers", *(r["ratio_tiers"] for _, r in found)])
    return table("Stages, CPU seconds", ["", *(name for name, _ in found)], rows)


def _peers(results: Mapping[str, Any]) -> str:
    peers, sizes = results.get("peers", {}), results.get("sizes", {})
    found = [name for name in ORDER if name in peers]
    if not found:
        return ""
    ours = ["asn-flex (network, tiers, proof, people)"]
    for size in found:
        seconds = sizes[size]["seconds"]
        ours.append(f"{sum(seconds[s] for s in ('build', 'solve', 'decode')):.2f}")
    rows = [ours]
    names = dict.fromkeys(name for size in found for name in peers[size])
    rows += [[name, *(_peer(peers[size].get(name)) for size in found)] for name in names]
    rows.append(["arcs of the plain model", *(_arcs(peers[size].values()) for size in found)])
    return table("Peers from eligible pairs to the optimum, CPU seconds", ["", *found], rows)


def _peer(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "not run"
    if "failed" in found:
        return str(found["failed"])
    if found["objective"] is None:
        return f"no optimum within the limit ({found['seconds']:.0f} s)"
    return f"{found['seconds']:.2f}" + ("" if found["same_optimum"] else " (not the optimum)")


def _arcs(found: Iterable[Mapping[str, Any]]) -> str:
    return next((f"{f['arcs']:,}" for f in found if "arcs" in f), "-")


def _growth(title: str, axis: str, found: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    rows = []
    for name, r in found:
        if "failed" in r:
            rows.append([name, r["failed"], "", "", "", "", "", ""])
            continue
        network, seconds = r["network"], r["seconds"]
        rows.append(
            [
                name, f"{network['arcs']:,}", network["integer_columns"], f"{seconds['match']:.2f}",
                f"{seconds['solve']:.2f}", f"{r['whole_s']:.2f}", f"{seconds.get('verify', 0):.2f}", r["peak_mb"],
            ]
        )  # fmt: skip
    header = [axis, "arcs", "whole-number columns", "match, s", "solve, s", "whole, s", "verify, s", "peak, MB"]
    return table(title, header, rows)
