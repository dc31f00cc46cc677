"""What a signed plan turns into: orders, notices, roll call, workbook and calendars (semantics §12.8)."""
