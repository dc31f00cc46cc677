"""Work on the text of rule files: laying it out, mending it, adding to it, helping an editor (semantics §12.2)."""
