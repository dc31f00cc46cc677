"""Files to values and back: scenarios, plans, bundles (semantics §6, §10, §12)."""
