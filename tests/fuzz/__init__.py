"""Throws made-up and spoiled rule files at `check`: nothing may raise, hang, swallow memory or speak in riddles.

``python -m tests.fuzz.run --count 100000 --seed 1`` is the long run; `test_fuzz.py` is its first few hundred inputs,
and what was ever found (`found/`).
"""
