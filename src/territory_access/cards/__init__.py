"""How a territory, a plan and a study show themselves in a notebook."""
