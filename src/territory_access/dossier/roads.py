"""What the dossier says of travel times found on real roads, and how far to trust them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory_access.dossier.voice import Voice

_SHOWN = 12  # first characters of a SHA-256


def road_limit(attrs: Mapping[str, object], voice: Voice) -> str:
    """Return network, vintage, speeds, their error, and what the estimate would have changed.

    Parameters
    ----------
    attrs
        Attributes of the travel-time dataset (``travel.on_roads.attributes``,
        ``travel.side_changes.beside_estimate``).
    voice
        Language and numbers.
    """
    said = [_network(attrs, voice), _speeds(attrs, voice)]
    zones, pairs = (attrs.get(f"changed_side_{what}") for what in ("zones", "pairs"))
    if isinstance(zones, float) and isinstance(pairs, float):
        said.append(
            voice.say(
                "Avec l’estimation sans réseau, {zones} des communes et {pairs} des trajets d’au "
                "plus 25 min passeraient de l’autre côté de la limite de 20 min.",
                zones=voice.numbers.share(zones, 1),
                pairs=voice.numbers.share(pairs, 1),
            )
        )
    off = attrs.get("unsnapped_share")
    if isinstance(off, float) and off > 0:
        said.append(
            voice.say(
                "{share} des communes n’ont pas de route à moins de 2 km dans ce réseau : elles "
                "sont hors d’atteinte ; voir « Contrôles ».",
                share=voice.numbers.share(off, 1),
            )
        )
    return " ".join(said)


def _network(attrs: Mapping[str, object], voice: Voice) -> str:
    say = voice.say
    return say(
        "Temps de trajet : ils sont calculés en voiture sur le réseau routier « {network} » "
        "(millésime : {vintage} ; empreinte {sha}), {hours}, {arrival}.",
        network=str(attrs["network"]),
        vintage=str(attrs["network_vintage"]) or say("inconnu"),
        sha=str(attrs["network_sha256"])[:_SHOWN],
        hours=say("aux heures de pointe") if attrs["peak"] else say("aux heures creuses"),
        arrival=say("temps pour se garer compris")
        if attrs["parking"]
        else say("sans le temps pour se garer"),
    )


def _speeds(attrs: Mapping[str, object], voice: Voice) -> str:
    if not attrs["speeds"]:
        return voice.say("Les temps sont ceux du fichier, dont l’erreur n’est pas connue.")
    table = {"speeds": str(attrs["speeds"]), "sha": str(attrs["speeds_sha256"])[:_SHOWN]}
    near, far = (attrs.get(f"error_within_{limit}") for limit in (25, 40))
    if not (isinstance(near, float) and isinstance(far, float)):
        return voice.say(
            "Les vitesses viennent de la table « {speeds} » (empreinte {sha}), dont l’erreur n’est "
            "pas connue.",
            **table,
        )
    return voice.say(
        "Les vitesses viennent de la table « {speeds} » (empreinte {sha}). Ordre de grandeur de "
        "son erreur, mesurée en Gironde sur un moteur aux vitesses proches : {near} min en moyenne "
        "jusqu’à 25 min de trajet, {far} min jusqu’à 40 min.",
        near=voice.numbers.decimal(near),
        far=voice.numbers.decimal(far),
        **table,
    )
