"""Fills an empty newsroom."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from .models import Article, Author, Paragraph, Person, Picture, Section, Tag
from .people import add_people
from .stories import STORIES, Story

SECTIONS = ("Harbour", "Town", "Science", "Business", "Sport", "Weekend")

AUTHORS = (  # name, beat, biography
    ("Nadia Bergström", "Harbour and transport", "Grew up on a pilot boat. Joined the Post in 2014."),
    ("Owen Farrell", "Sport and pictures", "Photographs what others describe; writes about football."),
    ("Idris Cole", "Town hall and business", "Has not missed a council meeting since 2009."),
    ("Mei-Ling Zhou", "Weekend", "Edits the weekend pages and their crossword."),
    ("Dr. Leila Haddad", "Science", "Oceanographer by training, at the Post on Thursdays."),
)

TAGS = {  # name: when to use it. The names show which characters a text key may have.
    "100% local": "Made or grown within the ring road.",
    "Café culture": "",
    "R&D": "Research and development, in schools too.",
    "Rovers – Skarholm 2:1": "For the match reports of last weekend only.",
    "climate": "",
    "ferries & tides": "All that floats.",
    "food / drink": "Not for prices of fish: use “town hall”.",
    "football": "",
    "people of Saltmere": "Portraits and obituaries.",
    "town hall": "Council, mayor, committees.",
    "what’s on?": "With date and place, please.",
    "work & wages": "",
    "Øst–West line": "The crossing to Skarholm.",
    "港 · sister city": "Since 1987.",
}


def fill() -> bool:
    """Add people and articles, unless somebody is there already. Returns whether it did."""
    with transaction.atomic():
        if Person.objects.exists():
            return False
        add_people()
        Section.objects.bulk_create(
            Section(name=name, slug=slugify(name), position=number) for number, name in enumerate(SECTIONS, 1)
        )
        Author.objects.bulk_create(
            Author(name=name, email=_address(name), beat=beat, biography=biography)
            for name, beat, biography in AUTHORS
        )
        Tag.objects.bulk_create(Tag(name=name, note=note) for name, note in TAGS.items())
        for number, story in enumerate(STORIES):
            _add_article(number, story)
    return True


def _add_article(number: int, story: Story) -> None:
    morning = timezone.now().replace(hour=6, minute=0, second=0, microsecond=0)
    article = Article.objects.create(
        headline=story.headline,
        slug=slugify(story.headline),
        standfirst=story.standfirst,
        section=Section.objects.get(name=story.section),
        status=story.status,
        publish_at=None if story.status == "draft" else morning - timedelta(hours=7 * number),
        front_page=story.front_page,
    )
    article.authors.set(Author.objects.filter(name__in=story.authors))
    article.tags.set(story.tags)
    Paragraph.objects.bulk_create(
        Paragraph(article=article, position=position, text=text) for position, text in enumerate(story.paragraphs, 1)
    )
    Picture.objects.bulk_create(
        Picture(article=article, file_name=file_name, caption=caption, credit=credit)
        for file_name, caption, credit in story.pictures
    )


def _address(name: str) -> str:
    return "{}@harbour-post.example".format(slugify(name.replace("Dr. ", "")).replace("-", "."))
