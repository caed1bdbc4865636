"""Real services, servers, sockets, browsers and people for the tests; conftest.py makes fixtures of them."""
