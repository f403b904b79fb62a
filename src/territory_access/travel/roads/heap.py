"""How does a search take the nearest node next? From a heap of times packed with nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_access.travel.roads.compiled import compiled

if TYPE_CHECKING:
    from territory_access.travel.roads.arcs import Int64, Whole


@compiled
def packed(time: Whole, node: Whole) -> np.int64:
    """Return one key that sorts by time, then by node."""
    return (np.int64(time) << 32) | np.int64(node)


@compiled
def insert(heap: Int64, size: Whole, key: np.int64) -> Whole:
    """Put a key into the heap of ``size`` keys and return the new size."""
    place = size
    while place > 0:
        parent = (place - 1) >> 2
        if heap[parent] <= key:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = key
    return size + 1


@compiled
def remove_least(heap: Int64, size: Whole) -> Whole:
    """Drop the least key, ``heap[0]``, and return the new size."""
    size -= 1
    key = heap[size]
    place = 0
    while True:
        child = 4 * place + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < heap[least]:
                least = other
        if heap[least] >= key:
            break
        heap[place] = heap[least]
        place = least
    heap[place] = key
    return size
