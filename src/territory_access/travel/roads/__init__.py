"""Exact travel times on road graphs: many origins, many destinations, one machine."""
