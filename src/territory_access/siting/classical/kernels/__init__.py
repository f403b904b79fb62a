"""Compiled loops of the search for the best sites; see ``classical.uncapacitated``."""
