"""One HTML file with everything in it: styles, scripts and data, held to what they are by a content policy.

Nothing in the file asks for anything outside of it. Data stands in it as JSON in which no tag can begin; the scripts
put it into the page as text only, so that markup in labels and names does nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from html import escape
from importlib.resources import files
from typing import Any

from asn_flex._version import __version__
from asn_flex.domain.proof import AUDIENCES, Audience
from asn_flex.errors import Lang, UsageError
from asn_flex.i18n import say
from asn_flex.messages import sentence
from asn_flex.report.web import competencies, coverage, law, people, situation, units
from asn_flex.report.web.people import Proofs
from asn_flex.report.web.reader import Explained, Reader, said
from asn_flex.report.web.words import WORDS

FORMAT = "asn-flex/report/1"
# Proofs of everybody take longest; beyond this many officers only those who go are proven, unless asked for.
MOST_PROVEN = 1000
# For so many sorts of empty seats it is solved what would fill one; beyond `MOST_PROVEN` officers for none.
REMEDIES = 3
_STYLES = ("report.css", "print.css")
_SCRIPTS = ("page.js", "proof.js", "pictures.js", "panel.js", "list.js", "sections.js", "main.js")


def report_html(
    planning: Explained,
    *,
    lang: Lang = "id",
    audience: Audience = "planner",
    officer: str | None = None,
    proofs: Proofs | None = None,
    remedies: int | None = None,
) -> str:
    """Return the report of a plan as one HTML file.

    Parameters
    ----------
    planning : the plan with what explains it
    lang : the language that the page opens in; it holds both
    audience : who reads it; what they may not see is not in the file
    officer : the officer whom the report is for, with the audience `officer`
    proofs : whose proof trees are in the file: `all`, `assigned` or `none`; by default everybody's up to 1000 officers
    remedies : for how many sorts of empty seats (a duty with one reason) it is solved what would fill one; by default 3
        up to 1000 officers, else none

    Raises
    ------
    UsageError
        If there is no such audience or officer, or the audience `officer` is not told which.

    References
    ----------
    docs/semantics.md §9, §12.2.
    """
    if audience not in AUDIENCES:
        raise UsageError(say("why.audience", name=audience, known=", ".join(AUDIENCES)).in_lang(lang))
    if (officer is not None) != (audience == "officer"):
        raise UsageError(say("report.which_officer").in_lang(lang))
    is_large = planning.scenario.tables.officers.height > MOST_PROVEN
    if remedies is None:
        remedies = 0 if is_large else REMEDIES
    reader = Reader(planning, audience, officer, remedies)
    if officer is not None:
        # Tells an unknown officer as `explain` does.
        planning.why(officer, audience=audience, lang=lang)
    if proofs is None:
        proofs = "assigned" if is_large else "all"
    content = _content(reader, lang, proofs)
    title = content["head"]["title"]
    name = title if isinstance(title, str) else title[0 if lang == "id" else 1]
    return _page(lang, name, content, reader.proofs.content())


def _content(reader: Reader, lang: Lang, proofs: Proofs) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "lang": lang,
        "audience": reader.audience,
        "reader": said(say(f"show.audience.{reader.audience}")),
        "sees_others": reader.view.sees_others,
        "version": __version__,
        "words": {key: list(sentence(f"report.{key}")) for key in WORDS},
        "head": situation.head(reader),
        "totals": _totals(reader),
        "facts": situation.facts(reader),
        "priorities": situation.priorities(reader),
        "possible": situation.possible(reader),
        "classes": coverage.classes(),
        "duties": coverage.duties(reader),
        "demands": coverage.demands(reader),
        "areas": coverage.areas(reader),
        "people": people.people(reader, proofs),
        "units": units.units(reader),
        "graph": competencies.competencies(reader),
        "rules": law.rules(reader),
        "sources": law.sources(reader),
        "standing": law.standing(reader),
        "doubts": law.doubts(reader),
    }


def _totals(reader: Reader) -> dict[str, int]:
    plan = reader.planned.plan
    states = Counter("below" if d.filled < min(d.minimum, d.seats) else "reached" for d in plan.demands)
    asked = [a for a in plan.assignments if a.confirm]
    found = {
        "seats": sum(d.seats for d in plan.demands),
        "filled": sum(d.filled for d in plan.demands),
        "demands": len(plan.demands),
        "below": states["below"],
        "officers": reader.planned.scenario.tables.officers.height,
    }
    if reader.view.sees_others:
        found |= {"questions": sum(len(a.confirm) for a in asked), "asked": len(asked)}
    return found


def _page(lang: Lang, title: str, content: dict[str, Any], proofs: dict[str, Any]) -> str:
    style = "\n".join(_asset(name) for name in _STYLES)
    off = sentence("report.noscript")
    script = '"use strict";\n' + "\n".join(_asset(name) for name in _SCRIPTS)
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return f"""<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<noscript><p>{escape(off.id)}</p><p lang="en">{escape(off.en)}</p></noscript>
<div id="app"></div>
<script type="application/json" id="content">{_json(content)}</script>
<script type="application/json" id="proofs">{_json(proofs)}</script>
<script>{script}</script>
</body>
</html>
"""


def _asset(name: str) -> str:
    return (files("asn_flex.report.web") / "assets" / name).read_text("utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


# INVARIANT: no `<` is left in the data, so that neither `</script` nor `<!--` can stand in it.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def _json(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for character, written in _ESCAPES.items():
        text = text.replace(character, written)
    return text
