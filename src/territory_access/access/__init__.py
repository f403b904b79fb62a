"""How well residents can reach care: time, consultations within reach, places."""
