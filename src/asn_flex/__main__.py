"""`python -m asn_flex` is the command `asn-flex`; the one place that also catches Ctrl-C while the program starts."""

from __future__ import annotations

import sys


def main() -> None:
    """Start the command line."""
    try:
        from asn_flex.cli import main as command_line  # noqa: PLC0415 - may be interrupted, too

        command_line()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
