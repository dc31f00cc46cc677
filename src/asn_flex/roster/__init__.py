"""Rosters as clerks keep them: read, understood aloud, and given back with what is wrong marked (semantics §6.5)."""
