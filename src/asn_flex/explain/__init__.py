"""Why a plan says what it says, down to file lines and table rows (semantics §9)."""
