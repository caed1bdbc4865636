"""For operators: who edits what, which settings are wrong, and what is not guarded."""
