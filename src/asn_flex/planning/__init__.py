"""Who goes: the network, its solvers and its proof (semantics §8)."""
