"""Work on the text of rule files: laying it out, mending it, adding to it (semantics §12.2)."""
