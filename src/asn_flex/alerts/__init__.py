"""Alerts in the Common Alerting Protocol (OASIS CAP 1.2) turned into observations (semantics §6.6)."""
