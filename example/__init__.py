"""A small newsroom to try the package with: ``python -m example``, or ``./dev demo`` in a fresh checkout.

settings.py, asgi.py, urls.py and newsroom/ are an ordinary project, to copy from. The rest starts it.
"""
