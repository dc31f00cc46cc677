"""Plans, proofs and verdicts for people to read."""
