"""Pictures of a plan and of a rulebook, for notebooks and slides (semantics §12.1).

`data` decides what is in a picture, `draw` how it looks, `picture` is what callers hold.
"""

from asn_flex.pictures.picture import KINDS, Picture, picture_of_plan, picture_of_rulebook

__all__ = ["KINDS", "Picture", "picture_of_plan", "picture_of_rulebook"]
