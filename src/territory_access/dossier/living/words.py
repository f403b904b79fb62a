"""Every word that the living map says; ``{…}`` is filled in the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territory_access.dossier.voice import Voice


def words(voice: Voice, *, decisions: bool = False) -> dict[str, str]:
    """Return the words of the page's controls and sentences, by name.

    Parameters
    ----------
    voice
        Language and numbers.
    decisions
        Whether services in place may also grow, change or close.
    """
    return _plain(voice) | (_decisions(voice) if decisions else {})


def _decisions(voice: Voice) -> dict[str, str]:
    """Return the words that differ where the page does more than open."""
    say = voice.say
    return {
        "sites": say("Décisions"),
        "candidates": say("Services en place et communes candidates"),
        "map_help": say("Carte : les mêmes choix se font dans la liste des services et communes."),
        "search": say("Chercher un service ou une commune"),
        "size": say("Décision : {name}"),
        "none_found": say("Ni service ni commune de ce nom."),
        "only_open": say("seulement ce que l’essai décide"),
        "clear": say("Ne rien décider"),
        "closed_here": say("{name} : cliquer pour décider"),
        "open_here": say("{name} : {label} ; cliquer pour annuler"),
    }


def _plain(voice: Voice) -> dict[str, str]:
    say = voice.say
    return {
        "map": say("Carte du territoire"),
        "map_help": say("Carte : les mêmes choix se font dans la liste des communes candidates."),
        "show": say("Colorer les communes selon"),
        "share_now": say("la part servie, essai en cours"),
        "share_plan": say("la part servie, plan du dossier"),
        "share_today": say("la part servie aujourd’hui"),
        "apl_now": say("l’APL, essai en cours"),
        "apl_today": say("l’APL aujourd’hui"),
        "share_heading": say("Habitants en recherche qui peuvent obtenir une place"),
        "apl_heading": say("Consultations accessibles par habitant et par an (APL)"),
        "totals": say("Votre essai, à côté du plan du dossier"),
        "figure": say("Chiffre"),
        "trial": say("Votre essai"),
        "proposed": say("Plan du dossier"),
        "limit": say("Limite"),
        "sites": say("Sites ouverts"),
        "gained": say("Habitants qui obtiennent une place"),
        "lifted": say("Habitants qui passent au-dessus de {threshold} consultations"),
        "capex": say("Investissement"),
        "deficit": say("Déficit par an"),
        "fte": say("Médecins (ETP)"),
        "nurse": say("Infirmiers (ETP)"),
        "candidates": say("Communes candidates"),
        "search": say("Chercher une commune"),
        "size": say("Service et taille à {name}"),
        "none_found": say("Aucune commune candidate de ce nom."),
        "only_open": say("seulement celles que l’essai ouvre"),
        "reset": say("Revenir au plan du dossier"),
        "clear": say("Tout fermer"),
        "copy": say("Copier le lien de cet essai"),
        "copied": say("Lien copié."),
        "not_copied": say("Copiez l’adresse de la page : elle retient cet essai."),
        "respected": say("Toutes les règles vérifiées ici sont respectées."),
        "broken": say("Règles non respectées :"),
        "over": say("{label} : {value} pour {limit} possibles"),
        "missing": say("{name} : un service doit y ouvrir"),
        "motherless": say("{name} : pas de centre mère à moins de {limit} min"),
        "unstaffed": say("médecins retraités : il manque {value} ETP dans les bassins à portée"),
        "ignored": say("Le lien nomme des sites inconnus de ce dossier : ils sont ignorés."),
        "population": say("habitants"),
        "seekers": say("en recherche"),
        "served": say("ont une place : {today} aujourd’hui, {now} avec l’essai"),
        "apl": say("APL : {today} aujourd’hui, {now} avec l’essai"),
        "site": say("site existant : {name}, {places} places"),
        "closed_here": say("{name} : cliquer pour ouvrir"),
        "open_here": say("{name} : {label} ; cliquer pour fermer"),
        "half": say("{name} : le déplacement est à moitié pris"),
        "fewer": say("moins de 11 de moins"),
        "few": say("moins de 11"),
    }
