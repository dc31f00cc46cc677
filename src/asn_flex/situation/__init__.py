"""What is so at `now`: facts, rules in force and seats, by a forward-chaining engine or plain Python.

`infer.infer` is the entry; `engine.SituationEngine` the protocol that `plain` and `durable` implement;
`worker` the only module that imports durable_rules, in a process of its own (semantics §2, §11).
"""
