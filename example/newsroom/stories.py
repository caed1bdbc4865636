"""This week's articles of The Harbour Post, of Saltmere. Town, people and events are invented."""

from __future__ import annotations

from typing import NamedTuple, Tuple


class Story(NamedTuple):
    headline: str
    standfirst: str
    section: str
    authors: Tuple[str, ...]
    tags: Tuple[str, ...]
    paragraphs: Tuple[str, ...]
    pictures: Tuple[Tuple[str, str, str], ...] = ()  # file name, caption, credit
    status: str = "published"
    front_page: bool = False


STORIES = (
    Story(
        "Night ferry to Skarholm returns after eleven years",
        "From May the crossing leaves Saltmere at 22:30 and is back for breakfast. Cabins sold out in an hour.",
        "Harbour",
        ("Nadia Bergström", "Owen Farrell"),
        ("ferries & tides", "Øst–West line"),
        (
            "The last night ferry to Skarholm left Saltmere in a February storm with nine passengers and a van of "
            "smoked eel. On Tuesday the harbour board voted, seven to two, to bring it back.",
            "The new ship, the Petrel, carries 240 people and 60 cars, and can lie at the old timber quay without "
            "dredging. Her batteries are charged from the wind farm off the Point while she waits.",
            "“People kept asking at the counter, every single summer,” says Greta Aune, who has sold tickets here "
            "since 1998. “I stopped saying never and started saying not yet.”",
            "A bunk costs 38 crowns, a reclining seat 19. Residents of both towns pay half until the autumn.",
        ),
        (
            ("petrel-sea-trial.jpg", "The Petrel on her sea trial last week.", "Owen Farrell"),
            ("timber-quay.jpg", "The timber quay will be lit for the first time since 2015.", "Harbour Board"),
        ),
        front_page=True,
    ),
    Story(
        "Council splits over the fish market roof",
        "Glass would cost twice as much as slate. The stallholders want neither until the drains are mended.",
        "Town",
        ("Idris Cole",),
        ("town hall", "food / drink"),
        (
            "Two hours of debate ended without a vote on Monday night: the council could not agree on whether the "
            "fish market should be roofed in glass or in the slate it was built with.",
            "A glass roof was priced at 1.9 million crowns. The engineer’s report, which the members received on the "
            "same afternoon, says that the drains below have to be replaced in either case.",
            "“Rain from above I can live with,” said stallholder Amara Nwosu. “It is the water from below that ruins "
            "a Friday.”",
        ),
        (("fish-market.jpg", "Buckets under the ridge on Monday morning.", "Idris Cole"),),
        front_page=True,
    ),
    Story(
        "Lifeboat crew trains its youngest coxswain",
        "Signe Lund is 24, repairs clocks for a living, and takes the helm from June.",
        "Harbour",
        ("Nadia Bergström",),
        ("ferries & tides", "people of Saltmere"),
        (
            "On a practice night the lifeboat is out for three hours, and for two of them Signe Lund says almost "
            "nothing. “Listening is most of it,” explains her predecessor, Bram Okafor, who retires after 19 years.",
            "She has passed her examination in navigation at the first attempt. The station, all volunteers, was "
            "called out 41 times last year, more than ever before.",
        ),
        (("coxswain.jpg", "Signe Lund at the helm during a night exercise.", "Saltmere Lifeboat"),),
    ),
    Story(
        "Seagrass meadow off the Point has doubled",
        "Divers counted for three summers. What grows there stores as much carbon as a forest ten times its size.",
        "Science",
        ("Dr. Leila Haddad",),
        ("climate", "100% local"),
        (
            "The meadow was written off in 2009. This summer’s count found it on both sides of the channel again, "
            "over 31 hectares, twice what it was when the anchoring ban began.",
            "The volunteers swim along a rope and press a frame to the sea bed every ten metres. “You get cold, you "
            "get lost, and you get the best data on this coast,” says marine biologist Tove Lind.",
            "The results are to be published in the spring, along with a map that anglers helped to draw.",
        ),
        (("seagrass-frame.jpg", "A counting frame, four metres down.", "Tove Lind"),),
        front_page=True,
    ),
    Story(
        "Which bakery makes the best cardamom bun? We ate all nine",
        "A blind tasting with three children, one dentist and a retired pilot.",
        "Weekend",
        ("Idris Cole", "Mei-Ling Zhou"),
        ("food / drink", "100% local", "Café culture"),
        (
            "Nine bakeries, nine paper bags with numbers on them, and a jury that had promised to skip breakfast. "
            "The pilot gave marks to two decimal places. The children gave everything ten.",
            "The winner, by half a point, is Kaiser’s in Rope Lane: dark, sticky and generous with the spice. Second "
            "came the harbour canteen, to the surprise of everybody but the dockers.",
        ),
        (("nine-buns.jpg", "The field, before.", "Mei-Ling Zhou"),),
    ),
    Story(
        "Library lends out sewing machines, drills and one accordion",
        "The library of things opens in the old reading room on Saturday.",
        "Town",
        ("Mei-Ling Zhou",),
        ("people of Saltmere", "what’s on?"),
        (
            "A reader’s card is enough: from Saturday the town library lends 140 things for a week at a time, from "
            "carpet cleaners to a telescope. All were given by residents.",
            "The accordion was the first to be reserved. Its owner of 50 years, Josip Marić, made one condition: "
            "whoever borrows it has to play at the summer fair.",
        ),
    ),
    Story(
        "Saltmere Rovers climb to third after late goal",
        "A corner in the 94th minute, a deflection, and a stand that sang for an hour.",
        "Sport",
        ("Owen Farrell",),
        ("football", "Rovers – Skarholm 2:1"),
        (
            "It was not pretty, and nobody on the east stand will remember that. Rovers beat Skarholm 2:1 on Sunday "
            "with a goal that three players claimed and the referee gave to none of them.",
            "With six games to play they are third, a point behind Norrvik. Captain Dele Adeyemi is back from injury "
            "for Saturday’s derby.",
        ),
        (("east-stand.jpg", "Dele Adeyemi watches from the east stand.", "Owen Farrell"),),
    ),
    Story(
        "A year of the four-day week at the shipyard",
        "Fewer hours, same pay, and for the first time in a decade more applicants than places.",
        "Business",
        ("Idris Cole",),
        ("work & wages", "R&D"),
        (
            "When the yard moved to four days, its order book was full and half of its welders were over 55. Twelve "
            "months later the order book is still full, and 31 apprentices have started.",
            "Output per week fell by 2% in the first quarter and has since risen by 4%. Sick days are down by "
            "a third. “The Friday that nobody worked well is simply gone,” says works manager Pilar Etxeberria.",
            "The union wants the trial made permanent. The board will decide in October.",
        ),
        (("slipway.jpg", "Hull 318 on the slipway.", "Saltmere Yard"),),
        status="review",
    ),
    Story(
        "Letters from our sister city",
        "Pupils of two harbours have written to each other for ten years. An exhibition shows what they asked.",
        "Weekend",
        ("Mei-Ling Zhou",),
        ("港 · sister city", "what’s on?"),
        (
            "“Do your gulls steal food too?” is the question that comes up most often. The answer comes with a "
            "drawing: theirs are kites, and they prefer fried dough.",
            "The exhibition in the customs house shows 212 letters. Admission is free for everybody who leaves one.",
        ),
        status="review",
    ),
    Story(
        "How the tide mill learned to make electricity",
        "It ground flour until 1931. An engineer and a class of 15-year-olds have put the wheel back to work.",
        "Science",
        ("Dr. Leila Haddad", "Owen Farrell"),
        ("climate", "R&D", "ferries & tides"),
        (
            "Twice a day the pond behind the mill fills, and twice a day it empties through a gap of two metres. "
            "That is enough, since March, for the school’s lights.",
            "The generator came out of a scrapped lift. The control box is the class’s own, and so is the log book, "
            "which records three broken belts and one eel.",
        ),
        (("tide-mill.jpg", "The wheel turns for the first time in 90 years.", "Saltmere School"),),
        status="draft",
    ),
    Story(
        "Bus 7 will stop at the hospital again",
        "The timetable changes on the first of the month, after 3,000 signatures.",
        "Town",
        ("Nadia Bergström",),
        ("town hall",),
        (
            "From the first of next month every second bus on line 7 goes by the hospital, at least until 21:00. The "
            "detour takes four minutes.",
            "The petition was started by two night nurses, Ewa Nowak and Femi Balogun, who had counted the patients "
            "walking up the hill: 26 on an ordinary Tuesday.",
        ),
        status="draft",
    ),
    Story(
        "Obituary: Ebba Strand, who drew every ship in the harbour",
        "She sat on the same bollard for 43 years. Her 9,000 sketches go to the museum.",
        "Weekend",
        ("Idris Cole",),
        ("people of Saltmere",),
        (
            "Ebba Strand, who has died at the age of 88, never owned a camera. What came into Saltmere she drew, in "
            "pencil, with the date, the weather, and a remark about the paintwork.",
            "Skippers learned to look out for her. “If she put her pencil away, we knew that we had come in badly,” "
            "recalls pilot Anders Roe.",
            "She leaves a sister, a nephew, and 212 notebooks that historians have already begun to argue about.",
        ),
        (("bollard.jpg", "The bollard, with flowers, on Wednesday.", "Mei-Ling Zhou"),),
        status="draft",
    ),
)
