"""The command `init`: a small rulebook and scenario to begin with."""
