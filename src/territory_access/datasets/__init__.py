"""Says what the embedded tables hold, and what the user's own files do.

Each module is one table: ``communes``, ``land``, ``ferries``, ``sites``, ``rates``, ``supply``;
``catalogue`` says where each comes from.
"""
