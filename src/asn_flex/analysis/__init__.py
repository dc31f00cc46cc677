"""What needs the stages below: logical lint, rule tests and their coverage, and what an edit changes (semantics §13)."""
