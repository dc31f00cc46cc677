"""Rule files: schema, loader, conditions and structural checks (semantics §3-§5)."""
