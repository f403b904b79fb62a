"""What the living map holds: shapes, both ledgers, options, limits, and the words around them."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from territory_access.dossier.blocks import Living, Section, Statement, Tone
from territory_access.dossier.living import donors, ledgers, shapes, staff, standing
from territory_access.dossier.living.words import words
from territory_access.dossier.maps.classes import CONSULTATIONS, SHARES
from territory_access.siting.donors import counted
from territory_access.siting.lines import only_opens
from territory_access.siting.pool import thousandths
from territory_access.vocabulary import ORIGIN

if TYPE_CHECKING:
    from territory_access.dossier.voice import Voice
    from territory_access.siting.problem import Problem
    from territory_access.study import Study


def living(study: Study, voice: Voice) -> Section:
    """Return the chapter in which the reader tries other sites.

    Parameters
    ----------
    study
        A whole run.
    voice
        Language and numbers.
    """
    say = voice.say
    intro = say(
        "Cochez, décochez ou redimensionnez des sites : carte, habitants servis, coût et équipe "
        "sont recalculés dans la page, avec les règles et les formules de l’étude. L’adresse de la "
        "page retient votre essai ; copiez-la pour le partager."
    )
    notes = [Statement(note, Tone.NOTE) for note in standing.left_out(study, voice)]
    block = Living(
        "essai",
        say("Et si l’on ouvrait ailleurs ?"),
        say(
            "Cet essai interactif demande un navigateur qui exécute du JavaScript. Les cartes et "
            "les tables ci-dessus disent le plan proposé sans lui."
        ),
        _compact(_data(study, voice)),
    )
    return Section("essai", say("Essayer d’autres sites"), (Statement(intro), *notes, block))


def _compact(data: dict[str, object]) -> str:
    """Return JSON that can stand inside a page: no character that ends a script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _data(study: Study, voice: Voice) -> dict[str, object]:
    asked = study.plan.problem
    limits = ledgers.reaches(asked)
    options, rules = asked.options, asked.rules
    offered = list(options.index)
    candidates = _candidates(study, limits, offered, voice)
    codes = [str(candidate["code"]) for candidate in candidates]
    mothers = staff.mothers(asked, codes)
    lone = [rule["minutes"] for rule in mothers]
    return {
        "language": voice.language.code,
        "words": words(voice, decisions=not only_opens(study.plan)),
        "zones": _zones(study, asked, voice),
        "background": _background(study),
        "existing": _existing(study, limits, voice),
        "candidates": candidates,
        "options": [
            {
                "id": str(name),
                "label": standing.label(row, voice),
                "gone": bool(row["decision"] in standing.GONE),
                "moved": str(row["site"]) if row["decision"] in standing.MOVED else "",
                "fte": float(row["fte"]),
                "nurse": float(row["nurse_fte"]),
                "places": int(row["places"]),
                "acts": float(row["acts_per_year"] * share),
                **takes,
                "capex": float(row["capex"]),
                "deficit": float(row["deficit"]),
                "reach": limits.index(float(row["reach"])),
                "retired": int(thousandths(row["fte"])) if row["retired"] else 0,
                "is_mother": bool(row["is_mother"]),
                "mother": None
                if math.isnan(row["mother_minutes"])
                else lone.index(float(row["mother_minutes"])),
            }
            for (name, row), share, takes in zip(
                options.iterrows(), counted(asked), donors.taking(asked), strict=True
            )
        ],
        "plan": {
            str(code): f"{row['service']} {row['size']}"
            for code, row in study.plan.sites.iterrows()
        },
        "limits": {
            "capex": rules.budget,
            "deficit": rules.deficit_per_year,
            "fte": rules.gp_fte,
            "nurse": rules.nurse_fte,
        },
        "keep": list(rules.keep),
        "pools": staff.pools(asked, codes),
        "mothers": mothers,
        "donors": donors.donors(asked, codes),
        "threshold": study.parameters.value("apl.threshold"),
        "classes": {
            name: {
                "edges": kind.edges,
                "colours": kind.colours,
                "labels": _said(kind.labels, voice),
            }
            for name, kind in (("share", SHARES), ("apl", CONSULTATIONS))
        },
    }


def _said(labels: tuple[str, ...], voice: Voice) -> list[str]:
    return [voice.say(label) for label in labels]


def _zones(study: Study, asked: Problem, voice: Voice) -> dict[str, object]:
    """Return the columns of all zones, in the order of the problem; shapes of those inside."""
    zones = study.territory.zones.loc[asked.seekers[ORIGIN].to_numpy()]
    inside = zones["in_territory"].to_numpy(dtype=bool)
    apl = None if study.apl_before is None else study.apl_before.sel({ORIGIN: zones.index})
    drawn = shapes.simplified(zones.geometry.to_numpy()[inside])
    return {
        "code": zones.index.astype(str).tolist(),
        "name": [voice.name(str(name)) for name in zones["name"]],
        "inside": inside.astype(int).tolist(),
        "population": zones["population"].astype(int).tolist(),
        "seekers": asked.seekers.to_numpy().tolist(),
        "apl": None if apl is None else apl.to_numpy().tolist(),
        "shape": shapes.encoded(drawn, study.territory.crs),
    }


def _background(study: Study) -> list[list[list[int]]]:
    """Return the land around, one shape a département."""
    zones = study.territory.zones
    around = zones[~zones["in_territory"].to_numpy(dtype=bool)]
    if around.empty:
        return []
    coarse = np.asarray(shapely.coverage_simplify(around.geometry.to_numpy(), 4 * shapes.DETAIL))
    code = around["departement"].astype(str).to_numpy()
    whole = [shapely.coverage_union_all(coarse[code == one]) for one in sorted(set(code))]
    return shapes.encoded(np.array(whole, dtype=object), study.territory.crs)


def _existing(study: Study, limits: list[float], voice: Voice) -> list[dict[str, object]]:
    asked = study.plan.problem
    sites = asked.existing[asked.existing["places"] > 0]
    known = study.territory.facilities.loc[sites.index]
    places = known.geometry.to_crs(4326)
    listed: list[dict[str, object]] = []
    for site, row in sites.iterrows():
        zones, classes = ledgers.links(asked, str(site), limits)
        reach = limits.index(float(row["reach"]))
        near = [zone for zone, kind in zip(zones, classes, strict=True) if kind <= reach]
        listed.append(
            {
                "id": str(site),
                "name": voice.name(str(known.loc[site, "name"])),
                "at": shapes.point(places[site]),
                "places": int(row["places"]),
                "zones": near,
            }
        )
    return listed


def _candidates(
    study: Study, limits: list[float], offered: list[str], voice: Voice
) -> list[dict[str, object]]:
    asked = study.plan.problem
    table = ledgers.per_act(study)
    place = study.territory
    geometry = pd.concat([place.candidates.geometry, place.facilities.geometry]).to_crs(4326)
    listed: list[dict[str, object]] = []
    for code, row in asked.candidates.iterrows():
        able = asked.allowed.sel(candidate_id=code).to_numpy()
        allowed = ledgers.position(offered, able & standing.offered(study, str(code)))
        if not allowed:
            continue
        zones, classes = ledgers.links(asked, str(code), limits)
        gaining, gain = ledgers.adds(table, str(code))
        listed.append(
            {
                "code": str(code),
                "name": standing.name(study, str(code), voice),
                "site": str(row["site"]),
                "at": shapes.point(geometry[row["site"] or row["zone_id"]]),
                "options": allowed,
                "zones": zones,
                "classes": classes,
                "gaining": gaining,
                "gain": gain,
            }
        )
    return listed
