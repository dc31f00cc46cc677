"""Looks after a scenario while its tables and alerts change, and plans anew when they do (semantics §8.8)."""
