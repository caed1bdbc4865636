"""Golden conversations: who says what, and what each hears. Python and JavaScript read the same files.

Each ``*.json`` has people, their tabs and scenes. A scene has one of

    {"connect": TAB}    {"cut": TAB}    {"close": TAB}      the wire: comes, breaks, ends by the tab itself
    {"say": FRAME, "tab": TAB}                              FRAME an object, or a text that is sent as it is
    {"wait": SECONDS}                                       on the store's clock; what ends by itself is told
    {"beat": true}                                          the process's heartbeat
    {"save": TAB, "leads": "away" or "back"}                a commit through the admin, and where it leads
    {"delete": true}    {"lock_service": true or false}     the object goes; the store goes or comes
    {"lose": true}    {"restart": true}                     the store begins anew, empty; the process does, too

and ``hears``: what each tab is sent because of it, in that order; ``"*"`` is something that is new each time.
``"$token"`` and ``"$proof"`` in a frame stand for what the tab was last given. ``in_the_end`` says what a page
shows after all (see frontend/view-state.js), which the JavaScript reader checks.

After a change of the protocol, ``RECORD_TRANSCRIPTS=1 pytest tests/transcripts`` writes ``hears`` anew: then
read the difference.
"""
