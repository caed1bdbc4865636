"""One row is one room, whatever its address; two rows never share one."""

from __future__ import annotations

import uuid
from urllib.parse import quote

import pytest
from django.contrib.admin.utils import quote as quote_pk

from tests.project.chat.models import Item as ChatItem
from tests.project.newsroom.models import Article, Author, Category, FeatureArticle, Tag
from tests.project.shop.models import Order_Item
from tests.project.shop_order.models import Item as OrderItem
from tests.sockets.conftest import granted
from tests.support.sockets import new_member

PREFIX = "/admin/collaboration"


@pytest.fixture
def worker(serve):
    return serve(store="memory")[0]


async def meet(join, worker, first, second, ada, bob) -> bool:
    """Whether a claim at the first address is refused because of an editor at the second."""
    editor, other = await join(worker, first, ada), await join(worker, second, bob)
    await granted(editor)
    await other.send("claim_editor")
    answer = await other.expect("error", "lease")
    return answer.get("code") == "lease_held" and answer["editor_id"] == ada.id


@pytest.mark.parametrize("spelling", ["0{}", "00{}", "%30{}", " {}", "+{}", "{}%20"])
async def test_every_spelling_of_a_number_meets_in_one_room(worker, join, article, ada, bob, spelling):
    other = f"{PREFIX}/newsroom/article/" + spelling.format(article.pk) + "/"
    assert await meet(join, worker, article, other.replace(" ", "%20").replace("+", "%2B"), ada, bob)


@pytest.mark.parametrize(
    "spell",
    [str, lambda key: str(key).upper(), lambda key: key.hex, lambda key: f"{{{key}}}", lambda key: f"urn:uuid:{key}"],
    ids=["plain", "capitals", "no hyphens", "braces", "urn"],
)
async def test_every_spelling_of_a_uuid_meets_in_one_room(worker, join, author, ada, bob, spell):
    address = f"{PREFIX}/newsroom/author/{quote(quote_pk(spell(author.pk)))}/"
    assert await meet(join, worker, author, address, ada, bob)


async def test_a_proxy_model_meets_its_base(worker, join, article, ada, bob):
    assert await meet(join, worker, article, f"{PREFIX}/newsroom/articleproxy/{article.pk}/", ada, bob)


async def test_an_inherited_child_meets_its_parent(worker, join, feature, ada, bob):
    assert await meet(join, worker, feature, f"{PREFIX}/newsroom/article/{feature.pk}/", ada, bob)


async def test_two_admin_sites_meet(worker, join, article, ada, bob):
    address = f"{PREFIX}/newsroom/article/{article.pk}/"
    assert await meet(join, worker, address + "?site=admin", address + "?site=backoffice", ada, bob)


async def test_a_page_and_a_contract_client_meet(worker, join, article, ada, bob):
    member = f"?member={new_member()}"
    assert await meet(join, worker, article, f"{PREFIX}/newsroom/article/{article.pk}/{member}", ada, bob)


@pytest.fixture
def author(database):
    return Author.objects.create(id=uuid.uuid4(), name="Ada")


@pytest.fixture
def feature(database):
    return FeatureArticle.objects.create(title="Elections")


@pytest.fixture
def namesakes(database):
    """Rows that differ in one way each, with the same key."""
    return [
        OrderItem.objects.create(pk=12, name="a"),
        Order_Item.objects.create(pk=12, name="b"),
        ChatItem.objects.create(pk=12, name="c"),
        Category.objects.create(pk=12, name="d"),
        Category.objects.create(pk=120, name="e"),
        Article.objects.create(pk=12, title="f"),
        Tag.objects.create(pk="12"),
        Tag.objects.create(pk="012"),
        Tag.objects.create(pk="1_2F"),
        Tag.objects.create(pk="1/"),
        Tag.objects.create(pk="a_b"),
        Tag.objects.create(pk="a/b"),
        Tag.objects.create(pk="a%2Fb"),
        Tag.objects.create(pk="a_2Fb"),
        Tag.objects.create(pk="A/b"),
    ]


async def test_different_rows_never_meet(worker, join, namesakes, ada):
    editors = [await join(worker, row, ada) for row in namesakes]
    for editor in editors:
        await granted(editor)  # it would be refused in a room that has its editor


STRINGS = {
    "a slash": "news/politics",
    "slashes around": "/news/",
    "two slashes": "a//b",
    "an underscore": "news_politics",
    "what a quoted slash looks like": "news_2Fpolitics",
    "a space": "local news",
    "a percent sign": "100%",
    "an escape": "a%2Fb%5F",
    "a question mark and a hash": "what?#now",
    "dots": "..",
    "quotes": "\"'<b>&amp;",
    "a backslash": "a\\b",
    "a plus and a colon": "a+b:c;d=e,f@g",
    "Unicode": "naïve 新聞 🗞",
    "200 characters": "x_/ %é" * 33 + "yz",
    "a number": "7",
    "the word chat": "chat",
}


@pytest.mark.parametrize("key", STRINGS.values(), ids=STRINGS)
async def test_a_string_key_of_any_characters_is_a_room(worker, join, keyed, ada, bob, key):
    assert await meet(join, worker, keyed, keyed, ada, bob)


@pytest.fixture
def keyed(database, key):
    assert len(key) <= 200
    return Tag.objects.create(pk=key)
