"""What makes a save unable to destroy work: the base of a form, the comparison, the answers.

Nothing in here knows sockets, and the guarantee needs neither the lock service nor a clock.
"""
