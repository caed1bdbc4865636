"""People who share a Django admin: an edit lock, presence, chat, and saves that destroy nobody's work."""

__version__ = "1.0.0"
