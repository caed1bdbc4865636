"""Gunicorn as it is without settings, but for what a demo is not to print or to leave behind."""

from __future__ import annotations

wsgi_app = "example.wsgi:application"
workers = 4  # sync: each serves one request at a time
loglevel = "warning"
control_socket_disable = True
