"""The rules of collaboration, as pure functions over a room.

Nothing in this folder knows a clock, a socket, a database or a framework: time, identities and limits
are arguments, and what is to be said to whom is a return value.
"""
