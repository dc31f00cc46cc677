"""Many plans of one rulebook: which facts vary, one plan for each, and what came of all (semantics §12.7).

`grammar` reads what is to vary, `apply` makes each scenario of it, `work` plans one in whatever process it is told to,
`store` keeps finished ones, `run` drives them over any executor.
"""
