"""How do rows become lines of a table of minutes? Sixteen by sixteen, turned in registers.

A row holds many origins at one destination, the table many destinations on the line of an origin.
Sixteen lanes of sixteen rows fit in the processor's registers: there they are turned into minutes
and transposed, and leave as sixteen pieces of line, one cache line each. ``rows`` holds the same
kernel as a plain loop: the oracle of this file, and its fallback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from territory_access.travel.roads.rows import BLOCK, ROW_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numba.core.base import BaseContext
    from numba.core.typing.templates import Signature

    type Emitter = Callable[[BaseContext, ir.IRBuilder, Signature, Sequence[ir.Value]], ir.Value]

INDEX = ir.IntType(64)
LANE = ir.IntType(32)
WHOLE = ir.VectorType(LANE, BLOCK)
EXACT = ir.VectorType(ir.DoubleType(), BLOCK)
MINUTES = ir.VectorType(ir.FloatType(), BLOCK)
BEYOND = ir.Constant(MINUTES, [np.inf] * BLOCK)


def splat(builder: ir.IRBuilder, number: ir.Value) -> ir.Value:
    """Return sixteen times a number."""
    unset = ir.Constant(ir.VectorType(number.type, BLOCK), ir.Undefined)
    first = builder.insert_element(unset, number, ir.Constant(LANE, 0))
    zeros = ir.Constant(ir.VectorType(LANE, BLOCK), [0] * BLOCK)
    return builder.shuffle_vector(first, unset, zeros)


def transposed(builder: ir.IRBuilder, block: list[ir.Value]) -> list[ir.Value]:
    """Return sixteen vectors of sixteen, transposed.

    Interleaving the first half of the vectors with the second moves the last bit of a number's
    place in its vector to its vector's number; four times move all four bits.
    """
    half = BLOCK // 2
    low = [i // 2 + (i % 2) * BLOCK for i in range(BLOCK)]
    masks = [
        ir.Constant(ir.VectorType(LANE, BLOCK), [i + start for i in low]) for start in (0, half)
    ]
    for _ in range(BLOCK.bit_length() - 1):
        block = [
            builder.shuffle_vector(block[i], block[i + half], mask)
            for i in range(half)
            for mask in masks
        ]
    return block


class Block:
    """Sixteen lanes of sixteen rows, and the piece of the table that they fill."""

    def __init__(
        self,
        context: BaseContext,
        builder: ir.IRBuilder,
        signature: Signature,
        args: Sequence[ir.Value],
    ) -> None:
        self.labels, self.rows, self.lines, self.table, self.farthest = (
            context.make_array(signature.args[i])(context, builder, args[i])
            for i in (0, 1, 4, 5, 8)
        )
        _, _, self.column, self.lane, _, _, limit, step, _ = args
        number = signature.args[0].dtype
        self.builder, self.bits = builder, number.bitwidth
        self.vector = ir.VectorType(ir.IntType(self.bits), BLOCK)
        self.compare = builder.icmp_signed if number.signed else builder.icmp_unsigned
        self.limit = splat(builder, builder.trunc(limit, self.vector.element))
        self.step = splat(builder, step)

    def at(self, array: ir.Value, place: ir.Value, kind: ir.Type) -> ir.Value:
        """Return where sixteen numbers of an array are."""
        start = self.builder.gep(array.data, [place])
        return self.builder.bitcast(start, ir.PointerType(kind))

    def row(self, i: int) -> ir.Value:
        """Load the labels of the ``i``-th row."""
        entry = self.builder.add(self.column, ir.Constant(INDEX, i))
        row = self.builder.load(self.builder.gep(self.rows.data, [entry]))
        lanes = ir.Constant(INDEX, ROW_BYTES * 8 // self.bits)
        start = self.builder.add(self.builder.mul(self.builder.sext(row, INDEX), lanes), self.lane)
        return self.builder.load(self.at(self.labels, start, self.vector), align=self.bits // 8)

    def minutes(self, label: ir.Value) -> ir.Value:
        """Convert labels by way of 64 bits, as scipy's answers are: the same to the last bit."""
        whole = self.builder.zext(label, WHOLE) if self.bits < WHOLE.element.width else label
        exact = self.builder.fmul(self.builder.sitofp(whole, EXACT), self.step)
        near = self.compare("<=", label, self.limit)
        return self.builder.select(near, self.builder.fptrunc(exact, MINUTES), BEYOND)

    def store(self, j: int, piece: ir.Value) -> None:
        """Write sixteen minutes on the ``j``-th line."""
        entry = self.builder.add(self.lane, ir.Constant(INDEX, j))
        line = self.builder.load(self.builder.gep(self.lines.data, [entry]))
        stride = self.builder.extract_value(self.table.shape, 1)
        start = self.builder.add(self.builder.mul(line, stride), self.column)
        self.builder.store(piece, self.at(self.table, start, MINUTES), align=4)


def emit_block(
    context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
) -> ir.Value:
    """Emit: load and convert sixteen rows, transpose, store sixteen pieces of line."""
    block = Block(context, builder, signature, args)
    kept = block.at(block.farthest, block.lane, block.vector)
    farthest = builder.load(kept, align=block.bits // 8)
    minutes = []
    for i in range(BLOCK):
        label = block.row(i)
        farthest = builder.select(block.compare(">", label, farthest), label, farthest)
        minutes.append(block.minutes(label))
    builder.store(farthest, kept, align=block.bits // 8)
    for j, piece in enumerate(transposed(builder, minutes)):
        block.store(j, piece)
    return context.get_dummy_value()


@intrinsic
def write_block(
    _typing: object,
    labels: types.Array,
    rows: types.Array,
    column: types.Type,  # noqa: ARG001
    lane: types.Type,  # noqa: ARG001
    lines: types.Array,
    minutes: types.Array,
    limit: types.Type,  # noqa: ARG001
    step: types.Type,  # noqa: ARG001
    farthest: types.Array,
) -> tuple[Signature, Emitter]:
    """Write 16 lanes of 16 rows into the table, ``inf`` beyond ``limit``; raise ``farthest``."""
    place, number = types.int64, types.float64
    arrays = (labels, rows, place, place, lines, minutes, place, number, farthest)
    return types.void(*arrays), emit_block
