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

    def address(self, row: ir.Value) -> ir.Value:
        """Return where a row starts."""
        return self.builder.gep(self.labels, [row])

    def load(self, address: ir.Value) -> ir.Value:
        """Take a row into registers."""
        return self.builder.load(address, align=self.bytes)

    def store(self, value: ir.Value, address: ir.Value) -> None:
        """Write a row back."""
        self.builder.store(value, address, align=self.bytes)

    def head(self, arc: ir.Value) -> ir.Value:
        """Return the row at the other end of an arc."""
        return self.builder.sext(self.builder.load(self.builder.gep(self.heads, [arc])), INDEX)

    def plus_weight(self, row: ir.Value, arc: ir.Value) -> ir.Value:
        """Add the arc's weight to every lane, without passing 65,535 where that is the end."""
        weight = self.builder.load(self.builder.gep(self.weights, [arc]))
        unset = ir.Constant(self.vector, ir.Undefined)
        first = self.builder.insert_element(unset, weight, ir.Constant(LANE, 0))
        every = ir.Constant(ir.VectorType(LANE, self.lanes), [0] * self.lanes)
        weights = self.builder.shuffle_vector(first, unset, every)
        if not self.saturates:
            return self.builder.add(row, weights)
        kind = ir.FunctionType(self.vector, [self.vector, self.vector])
        name = f"llvm.uadd.sat.v{self.lanes}i{8 * self.bytes}"
        saturating_add = cgutils.get_or_insert_function(self.builder.module, kind, name)
        return self.builder.call(saturating_add, [row, weights])

    def least(self, left: ir.Value, right: ir.Value) -> ir.Value:
        """Return the lower of two rows, lane by lane."""
        compare = self.builder.icmp_unsigned if self.saturates else self.builder.icmp_signed
        return self.builder.select(compare("<", left, right), left, right)


def each_arc(
    builder: ir.IRBuilder,
    start: ir.Value,
    stop: ir.Value,
    carried: ir.Value | None,
    body: Callable[[ir.Value, ir.Value | None], ir.Value | None],
) -> ir.Value | None:
    """Emit ``for arc in range(start, stop): carried = body(arc, carried)``; return the last."""
    before = builder.block
    loop, after = builder.append_basic_block("arc"), builder.append_basic_block("done")
    builder.cbranch(builder.icmp_signed("<", start, stop), loop, after)
    builder.position_at_end(loop)
    arc = builder.phi(INDEX)
    value = None if carried is None else builder.phi(carried.type)
    result = body(arc, value)
    following = builder.add(arc, ir.Constant(INDEX, 1))
    builder.cbranch(builder.icmp_signed("<", following, stop), loop, after)
    arc.add_incoming(start, before)
    arc.add_incoming(following, loop)
    builder.position_at_end(after)
    if value is None:
        return None
    value.add_incoming(carried, before)
    value.add_incoming(result, loop)
    last = builder.phi(value.type)
    last.add_incoming(carried, before)
    last.add_incoming(result, loop)
    return last


def emit_pull(
    context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
) -> ir.Value:
    """Emit: keep one row in registers, take the minimum over its arcs, store it once."""
    rows = Rows(context, builder, signature, args)
    own = rows.address(args[1])
    rows.store(least_of(rows, args, rows.load(own)), own)
    return context.get_dummy_value()


def emit_settle(
    context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
) -> ir.Value:
    """Emit: the same, but from *out of reach* instead of what the row held."""
    rows = Rows(context, builder, signature, args)
    far = ir.Constant(rows.vector, [-1 if rows.saturates else FAR] * rows.lanes)  # -1: all bits
    rows.store(least_of(rows, args, far), rows.address(args[1]))
    return context.get_dummy_value()


def least_of(rows: Rows, args: Sequence[ir.Value], start: ir.Value) -> ir.Value | None:
    """Emit the minimum of a row in registers and of the rows at the other end of its arcs."""

    def lower(arc: ir.Value, row: ir.Value | None) -> ir.Value:
        there = rows.load(rows.address(rows.head(arc)))
        return rows.least(rows.plus_weight(there, arc), row)

    return each_arc(rows.builder, args[2], args[3], start, lower)


def emit_push(
    context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
) -> ir.Value:
    """Emit: keep one row in registers, lower the row at the other end of each arc."""
    rows = Rows(context, builder, signature, args)
    row = rows.load(rows.address(args[1]))

    def lower(arc: ir.Value, _: ir.Value | None) -> None:
        there = rows.address(rows.head(arc))
        rows.store(rows.least(rows.plus_weight(row, arc), rows.load(there)), there)

    each_arc(builder, args[2], args[3], None, lower)
    return context.get_dummy_value()


def signature_of(labels: types.Array, heads: types.Array, weights: types.Array) -> Signature:
    """Return the type of both kernels: rows, row, first arc, last arc + 1, heads, weights."""
    return types.void(labels, types.int64, types.int64, types.int64, heads, weights)


@intrinsic
def pull_row(
    _typing: object,
    labels: types.Array,
    row: types.Type,  # noqa: ARG001
    start: types.Type,  # noqa: ARG001
    stop: types.Type,  # noqa: ARG001
    heads: types.Array,
    weights: types.Array,
) -> tuple[Signature, Emitter]:
    """Lower ``labels[row]`` to the least ``labels[heads[e]] + weights[e]``."""
    return signature_of(labels, heads, weights), emit_pull


@intrinsic
def settle_row(
    _typing: object,
    labels: types.Array,
    row: types.Type,  # noqa: ARG001
    start: types.Type,  # noqa: ARG001
    stop: types.Type,  # noqa: ARG001
    heads: types.Array,
    weights: types.Array,
) -> tuple[Signature, Emitter]:
    """Set ``labels[row]`` to the least ``labels[heads[e]] + weights[e]``, whatever it was."""
    return signature_of(labels, heads, weights), emit_settle


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
