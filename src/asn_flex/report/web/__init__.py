"""The report: one HTML file that needs no network, in both languages, cut to its audience (semantics §9, §12.2)."""
