"""Plain Django is the oracle: the same admin with and without the guard, driven by the same browser.

``./dev test tests/guard/oracle`` is the short run; ``long_run.py`` says how to make a long one.
"""
