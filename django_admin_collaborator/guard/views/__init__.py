"""The hooks of Django's admin views."""
