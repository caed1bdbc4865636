"""The rules: plain pytest and hypothesis over ``django_admin_collaborator.core``, no framework."""
