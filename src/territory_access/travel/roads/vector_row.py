"""How are all lanes of a row relaxed at once? In LLVM vectors, written by hand.

numba does not turn loops over lanes into vector instructions when rows are reached through an index
(6 to 10 times slower), so this one inner loop is written as LLVM here, and nowhere else. ``rows``
holds the same two kernels as plain loops: the oracle of this file, and its fallback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from territory_access.travel.roads.arcs import FAR
from territory_access.travel.roads.rows import ROW_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numba.core.base import BaseContext
    from numba.core.typing.templates import Signature

    type Emitter = Callable[[BaseContext, ir.IRBuilder, Signature, Sequence[ir.Value]], ir.Value]

INDEX = ir.IntType(64)
LANE = ir.IntType(32)


class Rows:
    """Loads, stores, sums and minima of whole rows, in the integer type of the labels."""

    def __init__(
        self,
        context: BaseContext,
        builder: ir.IRBuilder,
        signature: Signature,
        args: Sequence[ir.Value],
    ) -> None:
        labels, heads, weights = (
            context.make_array(signature.args[i])(context, builder, args[i]).data for i in (0, 4, 5)
        )
        number = signature.args[0].dtype
        self.saturates = not number.signed
        self.bytes = number.bitwidth // 8  # the alignment that may be counted on
        self.lanes = ROW_BYTES // self.bytes
        self.vector = ir.VectorType(ir.IntType(number.bitwidth), self.lanes)
        self.builder, self.heads, self.weights = builder, heads, weights
        self.labels = builder.bitcast(labels, ir.PointerType(self.vector))
        self.far = ir.Constant(self.vector, [-1 if self.saturates else FAR] * self.lanes)

    def load(self, row: ir.Value) -> ir.Value:
        """Take a row into registers."""
        return self.builder.load(self.builder.gep(self.labels, [row]), align=self.bytes)

    def store(self, value: ir.Value, row: ir.Value) -> None:
        """Write a row back."""
        self.builder.store(value, self.builder.gep(self.labels, [row]), align=self.bytes)

    def head(self, arc: ir.Value) -> ir.Value:
        """Return what is kept of the row at the other end of an arc."""
        return self.builder.load(self.builder.gep(self.heads, [arc]))

    def everywhere(self, number: ir.Value) -> ir.Value:
        """Return a row that holds a number in each lane."""
        unset = ir.Constant(self.vector, ir.Undefined)
        first = self.builder.insert_element(unset, number, ir.Constant(LANE, 0))
        every = ir.Constant(ir.VectorType(LANE, self.lanes), [0] * self.lanes)
        return self.builder.shuffle_vector(first, unset, every)

    def plus_weight(self, row: ir.Value, arc: ir.Value) -> ir.Value:
        """Add the arc's weight to every lane, without passing 65,535 where that is the end."""
        weight = self.builder.load(self.builder.gep(self.weights, [arc]))
        if not self.saturates:
            return self.builder.add(row, self.everywhere(weight))
        end = ir.Constant(LANE, 65535)
        weight = self.builder.select(self.builder.icmp_signed("<", weight, end), weight, end)
        weights = self.everywhere(self.builder.trunc(weight, self.vector.element))
        kind = ir.FunctionType(self.vector, [self.vector, self.vector])
        name = f"llvm.uadd.sat.v{self.lanes}i{8 * self.bytes}"
        saturating_add = cgutils.get_or_insert_function(self.builder.module, kind, name)
        return self.builder.call(saturating_add, [row, weights])

    def least(self, left: ir.Value, right: ir.Value) -> ir.Value:
        """Return the lower of two rows, lane by lane."""
        compare = self.builder.icmp_unsigned if self.saturates else self.builder.icmp_signed
        return self.builder.select(compare("<", left, right), left, right)

    def far_if(self, bit: ir.Value, row: ir.Value) -> ir.Value:
        """Return *out of reach* everywhere if ``bit`` is 1, the row if it is 0.

        Out of reach has all the bits that a label can have: no branch is needed.
        """
        bits = self.builder.sub(ir.Constant(LANE, 0), bit)
        if self.saturates:
            bits = self.builder.trunc(bits, self.vector.element)
        return self.builder.or_(row, self.builder.and_(self.everywhere(bits), self.far))


def each_arc(
    builder: ir.IRBuilder,
    start: ir.Value,
    stop: ir.Value,
    *,
    step: int,
    carried: Sequence[ir.Value],
    body: Callable[..., Sequence[ir.Value]],
) -> None:
    """Emit ``for arc in range(start, stop, step): carried = body(arc, *carried)``."""
    before = builder.block
    loop, after = builder.append_basic_block("arc"), builder.append_basic_block("done")
    builder.cbranch(builder.icmp_signed("<", start, stop), loop, after)
    builder.position_at_end(loop)
    arc = builder.phi(INDEX)
    values = [builder.phi(value.type) for value in carried]
    results = body(arc, *values)
    following = builder.add(arc, ir.Constant(INDEX, step))
    builder.cbranch(builder.icmp_signed("<", following, stop), loop, after)
    arc.add_incoming(start, before)
    arc.add_incoming(following, loop)
    for value, first, result in zip(values, carried, results, strict=True):
        value.add_incoming(first, before)
        value.add_incoming(result, loop)
    builder.position_at_end(after)


def emit_settle(
    context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
) -> ir.Value:
    """Emit: take the minimum over two arcs at a time, store it, go on to the next row if told.

    How many arcs a row has cannot be foreseen, and a processor that guesses wrong once a row loses
    more than all the sums cost. So there is no branch: a row is stored after each pair of its arcs,
    and the bit that ends it is added to the row's number and resets the minimum.
    """
    rows = Rows(context, builder, signature, args)
    one = ir.Constant(LANE, 1)

    def lower(arc: ir.Value, row: ir.Value, least: ir.Value) -> Sequence[ir.Value]:
        for each in (arc, builder.add(arc, ir.Constant(INDEX, 1))):
            turn = rows.head(each)
            there = rows.load(builder.sext(builder.ashr(turn, one), INDEX))
            least = rows.least(rows.plus_weight(there, each), least)
        rows.store(least, row)
        last = builder.and_(turn, one)
        return builder.add(row, builder.zext(last, INDEX)), rows.far_if(last, least)

    _, row, start, stop, _, _ = args
    each_arc(builder, start, stop, step=2, carried=[row, rows.load(row)], body=lower)
    return context.get_dummy_value()


def emit_push(
    context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
) -> ir.Value:
    """Emit: keep one row in registers, lower the row at the other end of each arc."""
    rows = Rows(context, builder, signature, args)
    row = rows.load(args[1])

    def lower(arc: ir.Value) -> Sequence[ir.Value]:
        there = builder.sext(rows.head(arc), INDEX)
        rows.store(rows.least(rows.plus_weight(row, arc), rows.load(there)), there)
        return []

    each_arc(builder, args[2], args[3], step=1, carried=[], body=lower)
    return context.get_dummy_value()


def signature_of(labels: types.Array, heads: types.Array, weights: types.Array) -> Signature:
    """Return the type of both kernels: rows, row, first arc, last arc + 1, heads, weights."""
    return types.void(labels, types.int64, types.int64, types.int64, heads, weights)


@intrinsic
def settle_rows(
    _typing: object,
    labels: types.Array,
    row: types.Type,  # noqa: ARG001
    start: types.Type,  # noqa: ARG001
    stop: types.Type,  # noqa: ARG001
    turns: types.Array,
    weights: types.Array,
) -> tuple[Signature, Emitter]:
    """Set row after row to the least ``labels[head] + weight`` of its arcs."""
    return signature_of(labels, turns, weights), emit_settle


@intrinsic
def push_row(
    _typing: object,
    labels: types.Array,
    row: types.Type,  # noqa: ARG001
    start: types.Type,  # noqa: ARG001
    stop: types.Type,  # noqa: ARG001
    heads: types.Array,
    weights: types.Array,
) -> tuple[Signature, Emitter]:
    """Lower each ``labels[heads[e]]`` to at most ``labels[row] + weights[e]``."""
    return signature_of(labels, heads, weights), emit_push
