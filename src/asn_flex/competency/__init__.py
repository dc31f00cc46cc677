"""The competency graph, and what holdings are worth (semantics §7)."""
