"""What needs the stages below: logical lint, rule tests and coverage, what an edit changes (semantics §13)."""
