"""The addresses of what a page loads when it is needed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from django.contrib.staticfiles.storage import (
    ManifestFilesMixin,
    ManifestStaticFilesStorage,
    StaticFilesStorage,
    staticfiles_storage,
)

import django_admin_collaborator
from django_admin_collaborator.page import configuration
from django_admin_collaborator.page.media import FOLDER, VersionedMedia

STATIC = Path(django_admin_collaborator.__file__).parent / "static"


def addresses():
    return {
        path: address
        for name, files in configuration.PARTS.items()
        for kind, path in files.items()
        for address in [configuration.parts()[name][kind]]
    }


def test_a_storage_that_names_the_content_gives_the_address(monkeypatch, tmp_path):
    root = tmp_path / "static"
    shutil.copytree(STATIC, root)
    storage = ManifestStaticFilesStorage(location=str(root), base_url="https://cdn.example.com/")
    paths = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    assert all(done for _, _, done in storage.post_process({path: (storage, path) for path in paths}))
    monkeypatch.setattr(staticfiles_storage, "_wrapped", storage)
    assert addresses()
    for path, address in addresses().items():
        stem, _, suffix = path.rpartition(".")
        pattern = rf"https://cdn\.example\.com/(django_admin_collaborator/{stem}\.[0-9a-f]{{12}}\.{suffix})"
        named = re.fullmatch(pattern, address)
        assert named, address
        assert (root / named[1]).exists()


def test_elsewhere_the_address_has_the_version_of_the_package(monkeypatch, tmp_path):
    monkeypatch.setattr(staticfiles_storage, "_wrapped", StaticFilesStorage(str(tmp_path), "/static/"))
    version = django_admin_collaborator.__version__
    assert addresses()
    for path, address in addresses().items():
        assert address == f"/static/django_admin_collaborator/{path}?v={version}"


def test_an_address_that_has_a_query_stays_as_it_is(monkeypatch, tmp_path):
    class SignedStorage(StaticFilesStorage):
        def url(self, name):
            return super().url(name) + "?signature=x"

    monkeypatch.setattr(staticfiles_storage, "_wrapped", SignedStorage(str(tmp_path), "/static/"))
    assert all(address.endswith("?signature=x") for address in addresses().values())


def test_addresses_that_are_signed_below_a_manifest_are_signed_for_each_page(monkeypatch, tmp_path):
    class SignedStorage(StaticFilesStorage):
        signature = "x"

        def url(self, name):
            return f"{super().url(name)}?signature={self.signature}"

    class Storage(ManifestFilesMixin, SignedStorage):
        manifest_strict = False

        def stored_name(self, name):
            return name

    monkeypatch.setattr(staticfiles_storage, "_wrapped", Storage(str(tmp_path), "/static/"))
    for signature in ("x", "y"):
        monkeypatch.setattr(SignedStorage, "signature", signature)
        assert all(address.endswith("?signature=" + signature) for address in addresses().values())


def test_a_manifest_from_before_an_upgrade_gives_a_page_without_parts(monkeypatch, tmp_path):
    (tmp_path / "staticfiles.json").write_text('{"version": "1.0", "paths": {}}')
    storage = ManifestStaticFilesStorage(location=str(tmp_path), base_url="/static/")
    monkeypatch.setattr(staticfiles_storage, "_wrapped", storage)
    assert configuration.parts() == {}


def test_a_storage_with_an_address_for_each_tenant_is_asked_for_each_page(monkeypatch, tmp_path):
    class TenantStorage(StaticFilesStorage):
        tenant = "north"

        @property
        def base_url(self):
            return f"/static/{self.tenant}/"

        @base_url.setter
        def base_url(self, value):
            pass

    monkeypatch.setattr(staticfiles_storage, "_wrapped", TenantStorage(str(tmp_path)))
    for tenant in ("north", "south"):
        monkeypatch.setattr(TenantStorage, "tenant", tenant)
        named = str(VersionedMedia(js=[FOLDER + "js/admin_edit.js"]))
        for address in (*addresses().values(), named):
            assert f"/static/{tenant}/django_admin_collaborator/" in address
