"""`python -m asn_flex` is the command `asn-flex`."""

from asn_flex.cli import main

if __name__ == "__main__":
    main()
