"""The results as one chart: seconds against officers, both on logarithmic axes."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, log10
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 460, 70, 230, 40, 50
# Colours that people with colour blindness can tell apart (Okabe and Ito); each line also has its name at its end.
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#8B4513", "#444444")


def write_chart(results: Mapping[str, Any]) -> str:
    """Return the chart as SVG."""
    lines = _lines(results)
    points = [point for line in lines.values() for point in line]
    if not points:
        return '<svg xmlns="http://www.w3.org/2000/svg"/>'
    x_low, x_high = floor(log10(min(x for x, _ in points))), ceil(log10(max(x for x, _ in points)))
    y_low, y_high = floor(log10(min(y for _, y in points))), ceil(log10(max(y for _, y in points)))

    def place(x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - x_low) / max(1, x_high - x_low)
        up = (log10(y) - y_low) / max(1, y_high - y_low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"',
        'font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="14">CPU seconds by officers, both axes logarithmic</text>',
    ]
    for power in range(x_low, x_high + 1):
        x, y = place(10**power, 10**y_low)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{10**power:,}</text>')
    for power in range(y_low, y_high + 1):
        x, y = place(10**x_low, 10**power)
        parts.append(f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    ends: list[float] = []
    for colour, (name, line) in zip(COLOURS, lines.items(), strict=False):
        places = [place(x, y) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        at = places[-1][1]
        while any(abs(at - other) < 13 for other in ends):
            at += 3
        ends.append(at)
        parts.append(f'<text x="{places[-1][0] + 8:.1f}" y="{at + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lines(results: Mapping[str, Any]) -> dict[str, list[tuple[float, float]]]:
    """Return the lines by name: officers and seconds."""
    sizes = [r for r in results.get("sizes", {}).values() if "failed" not in r]
    sizes.sort(key=lambda r: r["officers"])
    lines = {
        "asn-flex, whole call": [(r["officers"], r["whole_s"]) for r in sizes],
        "asn-flex, verify": [(r["officers"], r["seconds"]["verify"]) for r in sizes if "verify" in r["seconds"]],
        "floor: one bare solve": [(r["officers"], r["floor_s"]) for r in sizes],
    }
    officers = {name: r["officers"] for name, r in results.get("sizes", {}).items() if "failed" not in r}
    for size, peers in results.get("peers", {}).items():
        for name, found in peers.items():
            if found.get("objective") is not None and name != "greedy" and size in officers:
                lines.setdefault(f"plain: {name}", []).append((officers[size], max(0.001, found["seconds"])))
    return {name: sorted(line) for name, line in lines.items() if line}
