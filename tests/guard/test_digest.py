"""An entry of the base is the same whenever the same value is read again, and another for another value."""

from __future__ import annotations

import datetime
import decimal
import itertools
import string
from typing import Any, Dict, Iterator, List

import pytest
from django.core import signing
from django.db import models, transaction
from django.forms.models import modelform_factory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.save_cost import FIELDS
from django_admin_collaborator.access.packed_texts import pack
from django_admin_collaborator.guard.version import shapes, values
from django_admin_collaborator.guard.version.base import BaseMaker, BaseProblem, verify
from django_admin_collaborator.guard.version.reading import Reading, read
from tests.guard.conftest import every_database
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Everything, Section, Story, Topic
from tests.guard.test_deletion_without_form import ask

pytestmark = every_database

FIELDS_OF_TEN = set(FIELDS)

MANY = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

# PostgreSQL keeps no NUL in texts, and no database keeps half a surrogate pair.
texts = st.text(st.characters(min_codepoint=1, blacklist_categories=["Cs"]), max_size=300)
slugs = st.text(string.ascii_letters + string.digits + "-_", max_size=50)
moments = st.datetimes(
    datetime.datetime(1, 1, 3), datetime.datetime(9999, 12, 29), timezones=st.just(datetime.timezone.utc)
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 3))
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)

VALUES: Dict[str, st.SearchStrategy] = {
    "big_integer": st.integers(-(2**63), 2**63 - 1),
    "binary": st.binary(max_size=400),
    "boolean": st.booleans(),
    "char": texts,
    "choice": st.sampled_from(["a", "b"]),
    "date": st.dates(),
    "date_time": moments,
    "decimal": st.decimals(-(10**14), 10**14, places=10, allow_nan=False),
    "duration": st.timedeltas(datetime.timedelta(days=-10000), datetime.timedelta(days=10000)),
    "email": slugs.map(lambda name: f"{name}@example.com"),
    "file": slugs,
    "file_path": slugs,
    "float": st.floats(-1e300, 1e300, allow_nan=False, allow_subnormal=False),
    "foreign_key": st.integers(0, 4),
    "image": slugs,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "ip_address": st.ip_addresses().map(str),
    "json": json_values,
    "one_to_one": st.integers(0, 4),
    "positive_big_integer": st.integers(0, 2**63 - 1),
    "positive_integer": st.integers(0, 2**31 - 1),
    "positive_small_integer": st.integers(0, 2**15 - 1),
    "slug": slugs,
    "small_integer": st.integers(-(2**15), 2**15 - 1),
    "text": texts,
    "time": st.times(),
    "url": slugs.map(lambda path: f"https://example.com/{path}"),
    "uuid": st.uuids(version=4),  # MariaDB refuses variants that no standard describes
}


@pytest.fixture
def related(database: str) -> Iterator[Dict[str, list]]:
    with transaction.atomic():  # thousands of commits would take minutes
        yield {
            "foreign_key": [Section.objects.create(name=str(number)).pk for number in range(5)],
            "one_to_one": [Topic.objects.create(name=str(number)).pk for number in range(5)],
        }
        transaction.set_rollback(True)


def test_every_concrete_field_of_the_model_is_tried(database: str) -> None:
    fields = {field.name for field in Everything._meta.concrete_fields if not field.primary_key}
    assert fields == set(VALUES)


NOT_TYPED = {"AutoField", "BigAutoField", "SmallAutoField", "CompositePrimaryKey", "GeneratedField", "OrderWrt"}
"""The database or Django itself sets these; no form has them."""

ABSTRACT_OR_GONE = {"Field", "ForeignObject", "IPAddressField", "NullBooleanField", "CommaSeparatedIntegerField"}


def test_the_model_has_every_field_that_django_has(database: str) -> None:
    kinds = {name for name, kind in vars(models).items() if isinstance(kind, type) and issubclass(kind, models.Field)}
    tried = {type(field).__name__ for field in [*Everything._meta.concrete_fields, *Everything._meta.many_to_many]}
    assert kinds - NOT_TYPED - ABSTRACT_OR_GONE <= tried


@pytest.mark.parametrize("name", sorted(VALUES))
@MANY
@given(data=st.data())
def test_an_entry_is_stable_and_tells_values_apart(name: str, related: Dict[str, list], data: Any) -> None:
    field = Everything._meta.get_field(name)
    rows = stored(field, data.draw(st.lists(st.none() | of_rows(name, related), min_size=2, max_size=12)))
    for once, again in zip(rows, (Everything.objects.get(pk=row.pk) for row in rows)):
        assert entry(field, once) == entry(field, again)
    for one, other in itertools.combinations(rows, 2):
        same = are_equal(field.value_from_object(one), field.value_from_object(other))
        assert (entry(field, one) == entry(field, other)) == same


@MANY
@given(one=st.sets(st.integers(0, 4)), other=st.sets(st.integers(0, 4)))
def test_many_to_many_is_compared_as_a_set_of_keys(related: Dict[str, list], one: set, other: set) -> None:
    keys = related["one_to_one"]
    texts = [values.write_keys(keys[number] for number in numbers) for numbers in (one, other)]
    shuffled = values.write_keys(keys[number] for number in sorted(one, reverse=True))
    assert texts[0] == shuffled
    assert (texts[0] == texts[1]) == (one == other)


def base_with(**shown: str) -> Any:
    maker = BaseMaker("1", "press.story:1")
    maker.add_form({name: Reading(f'"{text}"', f'"{text}"') for name, text in shown.items()})
    return verify(maker.sign(), "1", "press.story:1")


def test_the_shortest_values_ride_along_and_the_others_are_digests() -> None:
    base = base_with(short="small", long=300 * "x")
    assert base.shown_text(base.fields["short"]) == '"small"'
    assert base.shown_text(base.fields["long"]) is None
    assert len(base.fields["long"]) < 20
    same, other = (Reading(f'"{text}"', f'"{text}"') for text in (300 * "x", "y" + 299 * "x"))
    assert base.matches("long", base.fields["long"], same)
    assert not base.matches("long", base.fields["long"], other)


def test_a_base_is_small() -> None:
    base = BaseMaker("1", "press.story:1")
    for row in range(200):
        base.add_row(
            "press.passage.story", str(row), {f"f{n}": Reading(f'"{row}{n}" * 9', f'"{row * n}"') for n in range(10)}
        )
    assert len(base.sign()) / 2000 <= 24


def test_the_base_of_a_small_form_is_small_too(database: str) -> None:
    """Ten fields as a form has them: some empty, some with a value that their control does not show whole."""
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 678, datetime.timezone.utc)
    row = Everything(char="Text", choice="a", text="Long text", email="ada@example.com", date_time=moment, integer=7)
    row.date, row.decimal, row.foreign_key_id = moment.date(), decimal.Decimal("1.5"), 1
    form_class = modelform_factory(Everything, fields=sorted(FIELDS_OF_TEN))
    maker = BaseMaker("1", "press.everything:1")
    maker.add_form(read(form_class(instance=row)))
    assert set(maker.fields) == FIELDS_OF_TEN
    assert len(maker.sign()) / 10 <= 24


names = st.text(min_size=1, max_size=8)
shown_texts = st.recursive(
    st.none() | st.booleans() | st.text(max_size=12), lambda inner: st.lists(inner, max_size=3), max_leaves=4
).map(shapes.text_of)
forms = st.dictionaries(
    names,
    st.builds(Reading, st.none() | st.text(max_size=9) | st.just("null"), shown_texts, st.booleans(), st.booleans()),
    max_size=5,
)


@MANY
@given(main=forms, sets=st.dictionaries(names, st.dictionaries(names, forms, max_size=3), max_size=3))
def test_what_is_signed_is_read_back(database: str, main: Any, sets: Any) -> None:
    maker = BaseMaker("1", "press.story:1")
    maker.add_form(main)
    for name, rows in sets.items():
        maker.add_set(name)
        for pk, row in rows.items():
            maker.add_row(name, pk, row)
    base = verify(maker.sign(), "1", "press.story:1")
    assert base.fields == maker.fields
    assert base.sets == maker.sets
    for name, reading in main.items():
        assert base.matches(name, base.fields[name], reading)


def test_a_base_is_for_its_user_and_its_row(database: str) -> None:
    text = BaseMaker("1", "press.story:1").sign()
    for user, name in (("2", "press.story:1"), ("1", "press.story:2")):
        with pytest.raises(BaseProblem, match="forged"):
            verify(text, user, name)


def test_what_was_not_signed_here_is_not_unpacked(monkeypatch: Any) -> None:
    """A few bytes may unpack to gigabytes."""
    signature = BaseMaker("1", "press.story:1").sign().rpartition(":")[2]
    text = f"{signing.b64_encode(pack('0' * 10**6)).decode()}:{signature}"
    monkeypatch.setattr("django_admin_collaborator.guard.version.base.unpack", lambda data: pytest.fail("unpacked"))
    with pytest.raises(BaseProblem, match="forged"):
        verify(text, "1", "press.story:1")


def test_null_is_told_from_an_empty_text(database: str) -> None:
    maker = BaseMaker("1", "press.story:1")
    null, empty = Reading("null", '""'), Reading('""', '""')
    maker.add_form({"null": null, "empty": empty})
    base = verify(maker.sign(), "1", "press.story:1")
    assert not base.matches("null", base.fields["null"], empty)
    assert not base.matches("empty", base.fields["empty"], null)
    assert base.shows_column("null", base.fields["null"], "null")
    assert not base.shows_column("null", base.fields["null"], '""')


def test_a_value_in_place_of_which_the_form_showed_another_was_there_and_was_not_shown() -> None:
    maker = BaseMaker("user:1", "press.story/1")
    suggested = Reading('""', '"Suggested: one"', is_other=True)
    maker.add_form({"summary": suggested, "text": Reading('""', '""')})
    base = verify(maker.sign(), "user:1", "press.story/1")
    entry = base.fields["summary"]
    assert base.matches("summary", entry, suggested)
    assert not base.matches("summary", entry, Reading('"Theirs"', '"Theirs"'))
    assert not base.shows_column("summary", entry, '""')
    assert base.shows_column("text", base.fields["text"], '""')


def test_a_concealed_value_cannot_be_guessed_from_its_entry(settings) -> None:
    def entry() -> str:
        maker = BaseMaker("1", "press.story:1")
        maker.add_form({"pin": Reading('"1234"', '"1234"', is_secret=True)})
        return maker.fields["pin"]

    kept = entry()
    assert "1234" not in kept
    settings.SECRET_KEY = "another project"
    assert entry() != kept


def test_a_base_outlives_the_rotation_of_the_key(settings) -> None:
    maker = BaseMaker("1", "press.story:1")
    reading, secret = Reading('"Budget"', '"Budget"'), Reading('"Budget"', '"Budget"', is_secret=True)
    maker.add_form({"title": reading, "secret": secret})
    text = maker.sign()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    base = verify(text, "1", "press.story:1")
    assert base.matches("title", base.fields["title"], reading)
    assert base.matches("secret", base.fields["secret"], secret)


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_a_confirmation_after_the_rotation_of_the_key_blames_nobody(
    ada: Desk, story: Story, settings, many: bool
) -> None:
    page = ask(ada, story, many)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    ada.client.force_login(ada.user)
    page = page.post()
    assert page.status == 409
    assert "Nothing was deleted yet" in page.text
    assert "hanged" not in page.text.partition("Nothing was deleted yet")[0].rpartition("<body")[2]
    assert page.post().was_saved
    assert not Story.objects.exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (decimal.Decimal("1.10"), decimal.Decimal("1.1")),
        (decimal.Decimal("100"), decimal.Decimal("1E+2")),
        (decimal.Decimal("-0.0"), decimal.Decimal("0")),
        (0.0, -0.0),
        ({"a": 1, "b": [True]}, {"b": [True], "a": 1}),
    ],
)
def test_equal_values_are_written_equally(one: Any, other: Any) -> None:
    field = models.JSONField() if isinstance(one, dict) else models.TextField()
    assert values.write(field, one) == values.write(field, other)


def test_long_decimals_are_not_rounded() -> None:
    field = models.DecimalField()
    one, other = decimal.Decimal("1" * 40), decimal.Decimal("1" * 39 + "2")
    assert values.write(field, one) != values.write(field, other)


def of_rows(name: str, related: Dict[str, list]) -> st.SearchStrategy:
    return VALUES[name].map(lambda number: related[name][number]) if name in related else VALUES[name]


def stored(field: models.Field, many: List[Any]) -> List[Everything]:
    """Rows with these values, as the database gives them back."""
    Everything.objects.all().delete()
    if field.unique:
        many = list(dict.fromkeys(many))
    Everything.objects.bulk_create([Everything(**{field.attname: value}) for value in many])
    return list(Everything.objects.order_by("pk"))


def entry(field: models.Field, row: Everything) -> str:
    return values.write(field, field.value_from_object(row))


def are_equal(one: Any, other: Any) -> bool:
    """Equal, and of one kind: Python takes 1, 1.0 and True for equal, JSON does not."""
    if isinstance(one, (bytes, memoryview)) and isinstance(other, (bytes, memoryview)):
        return bytes(one) == bytes(other)
    if isinstance(one, models.fields.files.FieldFile):
        return one.name == other.name
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(are_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(are_equal(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other
