"""Values that pass between the stages: immutable, validated once, at the border."""
