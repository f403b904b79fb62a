"""What a planner types: run, check, schema."""

from territory_access.cli.app import main

__all__ = ["main"]
