from __future__ import annotations

import pytest
from django.contrib.sites.models import Site


@pytest.fixture(autouse=True)
def _site_of_the_host(transactional_db: None, settings) -> None:
    Site.objects.clear_cache()
    Site.objects.update_or_create(domain="testserver", defaults={"name": "Test"})
