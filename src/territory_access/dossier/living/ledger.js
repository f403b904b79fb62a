"use strict";
// Both ledgers, counted as the Python package counts them.
//
// Places: the largest allocation of places to residents and, among those, the fairest (maximum
// flow, then the decomposition of its polymatroid by minimum cuts; see access/places.py).
// APL: linear in supply, A = A0 + sum of a_ij q_j, less what practices nearby lose (access/apl.py).
const ledger = (() => {
  const gcd = (a, b) => { while (b) { [a, b] = [b, a % b]; } return a; };

  // A maximum flow from rows to columns (Dinic 1970): links[r] lists the columns of row r.
  // Numbers are whole and stay below 2^53, so every step is exact.
  function flow(links, wants, holds) {
    const rows = wants.length, columns = holds.length, source = rows + columns, sink = source + 1;
    const heads = [], room = [], out = Array.from({ length: sink + 1 }, () => []);
    const arc = (from, to, capacity) => {
      out[from].push(heads.length); heads.push(to); room.push(capacity);
      out[to].push(heads.length); heads.push(from); room.push(0);
    };
    for (let r = 0; r < rows; r += 1) arc(source, r, wants[r]);
    for (let r = 0; r < rows; r += 1) for (const c of links[r]) arc(r, rows + c, Infinity);
    for (let c = 0; c < columns; c += 1) arc(rows + c, sink, holds[c]);
    const level = new Int32Array(sink + 1), next = new Int32Array(sink + 1);
    const layered = () => {
      level.fill(-1);
      level[source] = 0;
      const queue = [source];
      for (let at = 0; at < queue.length; at += 1) {
        for (const a of out[queue[at]]) {
          if (room[a] > 0 && level[heads[a]] < 0) {
            level[heads[a]] = level[queue[at]] + 1;
            queue.push(heads[a]);
          }
        }
      }
      return level[sink] >= 0;
    };
    const push = (node, amount) => {
      if (node === sink) return amount;
      for (; next[node] < out[node].length; next[node] += 1) {
        const a = out[node][next[node]];
        if (room[a] > 0 && level[heads[a]] === level[node] + 1) {
          const sent = push(heads[a], Math.min(amount, room[a]));
          if (sent > 0) {
            room[a] -= sent;
            room[a ^ 1] += sent;
            return sent;
          }
        }
      }
      return 0;
    };
    let total = 0;
    while (layered()) {
      next.fill(0);
      for (let sent = push(source, Infinity); sent > 0; sent = push(source, Infinity)) total += sent;
    }
    // after the last search the levels are the source's side of the smallest minimum cut
    const short = Array.from({ length: rows }, (_, r) => level[r] >= 0);
    return { total, short };
  }

  const touched = (links, rows) => [...new Set(rows.flatMap((r) => links[r]))].sort((a, b) => a - b);

  function decompose(links, wants, holds) {
    const share = new Float64Array(wants.length).fill(1);
    const first = flow(links, wants, holds);
    const waiting = [];
    const start = wants.map((_, r) => r).filter((r) => first.short[r]);
    if (start.length) waiting.push([start, touched(links, start)]);
    while (waiting.length) {
      const [rows, columns] = waiting.pop();
      const place = new Map(columns.map((c, at) => [c, at]));
      const part = rows.map((r) => links[r].filter((c) => place.has(c)).map((c) => place.get(c)));
      const have = columns.reduce((sum, c) => sum + holds[c], 0);
      const want = rows.reduce((sum, r) => sum + wants[r], 0);
      const divisor = gcd(have, want);
      const cut = flow(
        part, rows.map((r) => wants[r] * (have / divisor)), columns.map((c) => holds[c] * (want / divisor)),
      );
      if (!cut.short.some(Boolean)) {
        for (const r of rows) share[r] = have / want;
        continue;
      }
      const below = rows.filter((_, at) => cut.short[at]);
      const rest = rows.filter((_, at) => !cut.short[at]);
      const taken = new Set(touched(part, rows.map((_, at) => at).filter((at) => cut.short[at])));
      waiting.push([below, columns.filter((_, at) => taken.has(at))]);
      waiting.push([rest, columns.filter((_, at) => !taken.has(at))]);
    }
    return { share, total: first.total };
  }

  // seekers by zone; sites as { places, zones }. Returns the share served by zone, and the total.
  function allocate(seekers, sites) {
    const near = new Map();
    sites.forEach((site, at) => {
      if (site.places > 0) {
        for (const zone of site.zones) {
          if (!near.has(zone)) near.set(zone, []);
          near.get(zone).push(at);
        }
      }
    });
    // zones that may use the same sites are one: fairness gives them one share
    const groups = new Map();
    for (const [zone, list] of near) {
      if (seekers[zone] > 0) {
        const key = list.join();
        if (!groups.has(key)) groups.set(key, { links: list, wants: 0, zones: [] });
        const group = groups.get(key);
        group.wants += seekers[zone];
        group.zones.push(zone);
      }
    }
    const kinds = [...groups.values()];
    const found = decompose(kinds.map((k) => k.links), kinds.map((k) => k.wants), sites.map((s) => s.places));
    const share = new Float64Array(seekers.length);
    kinds.forEach((kind, at) => { for (const zone of kind.zones) share[zone] = found.share[at]; });
    return { share, total: found.total };
  }

  // APL by zone with the consultations of some candidates added, and those that practices nearby
  // lose to them taken away; nothing where it is not known.
  function apl(today, candidates, opened, donors) {
    if (!today) return null;
    const now = Float64Array.from(today);
    for (const [at, option] of opened) {
      const { gaining, gain } = candidates[at];
      gaining.forEach((zone, k) => { now[zone] += gain[k] * option.acts; });
    }
    if (donors) {
      taken(opened, donors).forEach((lost, d) => {
        if (lost > 0) {
          for (const [one, around] of donors.around[d]) for (const zone of around) now[zone] -= one * lost;
        }
      });
    }
    return now;
  }

  // Consultations that each practice commune loses, in proportion to what it offers (see
  // siting/donors.py): never more than that.
  function taken(opened, { supply, near }) {
    const lost = new Float64Array(supply.length);
    for (const [at, option] of opened) {
      const whole = near[at].reduce((sum, d) => sum + supply[d], 0);
      if (whole > 0 && option.acts > 0) {
        const share = Math.min(option.takes, whole / option.largest);
        for (const d of near[at]) lost[d] += (share * option.acts * supply[d]) / whole;
      }
    }
    return lost.map((amount, d) => Math.min(amount, supply[d]));
  }

  return { allocate, apl, flow };
})();
