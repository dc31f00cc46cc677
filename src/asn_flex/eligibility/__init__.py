"""Who may do what: rules about pairs, read over columns (semantics §4, §7.3)."""
