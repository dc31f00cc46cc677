"""How the pages of the documentation are read and run; `tests/test_documentation.py` says what must hold."""
