"""Says what the embedded tables hold, and what the user's own files do.

Each module is one table. Embedded: ``communes``, ``land``, ``ferries``, ``sites``, ``rates``;
``catalogue`` says where each comes from. Brought by the user: ``supply``, ``own_rates``, and the
official files as they are published, ``bpe``, ``apl_workbook``, ``finess``, ``annuaire``, ``ages``,
``share_75``, ``cars``, ``deprivation``, ``population_grid``. These stand on ``own_table`` (the
header, the columns), ``rows`` (the cells of a file of any form) and ``cell_values`` (codes and
numbers, every fault once); ``brought`` reads those of a scenario and ``vintage`` puts them on
today's communes.
"""
