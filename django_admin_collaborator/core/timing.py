"""Every duration that a rule rests on, in seconds.

The figures belong together: a lease outlives three heartbeats, and a grace is shorter than a lease.
"""

from __future__ import annotations

HEARTBEAT_SECONDS = 8.0
"""How often the server pings a socket and renews what is alive behind it. A setting."""

LEASE_SECONDS = 30.0
"""How long a lease stays live after the last sign of life of its holder, and a member is counted as present
after the last sign of life of the process that serves it. A setting; each room keeps the one it began with."""

RECORD_SECONDS = 180.0
"""How long the record of a lease is kept; within it, an unclaimed lease can be resumed with its token."""

LEAVING_SECONDS = 0.8
"""How long a page that said good-bye may take to come back (a reload) before its lease is given on."""

RECONNECT_SECONDS = 8.0
"""How long a member whose connection broke keeps its lease."""

RESTORE_SECONDS = 2.0
"""How long after the birth of an empty store nobody new is granted a lease, so that holders can report."""

IDLE_SECONDS = 600.0
"""How long without input makes a page idle. A setting."""

ANSWER_SECONDS = 60.0
"""How long an editor may take to answer somebody who asks for the lease. A setting."""

TAKEOVER_SECONDS = 10.0
"""How long before a take-over its editor is told. A setting."""

OFFER_SECONDS = 20.0
"""How long somebody whose turn it is, and who went idle or hid the page, is asked whether they are there."""

POLL_SECONDS = 2.0
"""How often a page asks that has no connection, while somebody else is there."""

POLL_ALONE_SECONDS = 15.0
"""How often it asks while nobody else is there."""

POLL_HIDDEN_SECONDS = 50.0
"""How often it asks while it is hidden. Browsers let the timers of hidden pages run once a minute."""

POLL_IDLE_SECONDS = 60.0
"""How often a viewer's page asks at which nothing was done for long."""

POLLS_MISSED = 3
"""How many polls a page may miss before it counts as gone; a lease is never shorter than by a setting."""

POLL_RENEW_SECONDS = 10.0
"""A poll renews what was renewed longer ago than this; the others write nothing."""

POLL_RESTORE_SECONDS = 15.0
"""``RESTORE_SECONDS`` where pages have no connection: holders report with their next poll."""
