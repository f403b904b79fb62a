"use strict";
// The living map: choices of the reader in, figures and colours out.
(() => {
  const root = document.getElementById("essai-page");
  const data = JSON.parse(document.getElementById("essai-data").textContent);
  const { words, zones, candidates, options, existing, limits } = data;
  const fr = data.language === "fr";
  const whole = new Intl.NumberFormat(fr ? "fr-FR" : "en-GB", { maximumFractionDigits: 0 });
  const exact = new Intl.NumberFormat(fr ? "fr-FR" : "en-GB", { maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(fr ? "fr-FR" : "en-GB", { style: "percent", maximumFractionDigits: 0 });
  const euros = (n) => (fr ? `${whole.format(n)}\u00a0€` : `€${whole.format(n)}`);
  const people = (n) => { const r = Math.round(n); return r > 0 && r < 11 ? words.few : r < 0 && r > -11 ? words.fewer : whole.format(r); };
  const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "on") Object.entries(value).forEach(([event, run]) => node.addEventListener(event, run));
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  };

  const byId = new Map(options.map((option) => [option.id, option]));
  const at = new Map(candidates.map((candidate, k) => [candidate.code, k]));
  const names = new Map(candidates.map((candidate) => [candidate.code, candidate.name]));
  // what is open: candidate position -> option
  const planned = new Map(
    Object.entries(data.plan).filter(([code]) => at.has(code)).map(([code, id]) => [at.get(code), byId.get(id)]),
  );

  // ---- counting -------------------------------------------------------------------------------
  // an existing site that the trial closes, or moves, gives no place and is nobody's centre
  const goneBy = (rows) => new Set(rows.filter(([, option]) => option.gone).map(([k]) => candidates[k].site));
  const site = ([k, option]) => ({
    places: option.places,
    zones: candidates[k].zones.filter((_, n) => candidates[k].classes[n] <= option.reach),
  });
  const count = (opened) => {
    const rows = [...opened];
    const gone = goneBy(rows);
    const places = ledger.allocate(zones.seekers, [...rows.map(site), ...existing.filter((one) => !gone.has(one.id))]);
    const sum = (key) => rows.reduce((total, [, option]) => total + option[key], 0);
    return {
      opened: rows, share: places.share, total: places.total,
      apl: ledger.apl(zones.apl, candidates, rows, data.donors),
      capex: sum("capex"), deficit: sum("deficit"), fte: sum("fte"), nurse: sum("nurse"),
    };
  };
  const today = count(new Map());
  const lifted = (counted) => (counted.apl
    ? zones.population.reduce((total, p, i) => (
      zones.inside[i] && zones.apl[i] < data.threshold && counted.apl[i] >= data.threshold ? total + p : total), 0)
    : null);
  const figures = (counted) => ({
    sites: counted.opened.filter(([, option]) => !(option.gone && option.moved)).length, gained: counted.total - today.total, lifted: lifted(counted),
    capex: counted.capex, deficit: counted.deficit, fte: counted.fte, nurse: counted.nurse,
  });
  const violations = (counted) => {
    const said = [];
    const shown = { capex: euros, deficit: euros, fte: exact.format, nurse: exact.format };
    for (const key of Object.keys(limits)) {
      if (counted[key] > limits[key] + 1e-6) {
        said.push(say("over", { label: words[key], value: shown[key](counted[key]), limit: shown[key](limits[key]) }));
      }
    }
    const open = new Map(counted.opened);
    for (const code of data.keep) if (!open.has(at.get(code))) said.push(say("missing", { name: names.get(code) }));
    const gone = goneBy(counted.opened);
    const ends = new Map();
    for (const [k, option] of open) if (option.moved) ends.set(option.moved, [...(ends.get(option.moved) ?? []), k]);
    for (const pair of ends.values()) if (pair.length !== 2) said.push(say("half", { name: candidates[pair[0]].name }));
    for (const [k, option] of open) {
      if (option.mother !== null) {
        const rule = data.mothers[option.mother];
        const near = rule.near[k].some((other) => open.has(other) && open.get(other).is_mother);
        if (!rule.ready[k].some((centre) => !gone.has(centre)) && !near) said.push(say("motherless", { name: candidates[k].name, limit: exact.format(rule.minutes) }));
      }
    }
    const { gives, drawn, kept, candidates: near } = data.pools;
    const retired = counted.opened.filter(([, option]) => option.retired > 0);
    if (retired.length) {
      const needs = [...retired.map(([, option]) => option.retired), ...drawn.map((d) => d.needs)];
      const basins = [...retired.map(([k]) => near[k]), ...drawn.map((d) => d.basins)];
      const wanted = kept + retired.reduce((sum, [, option]) => sum + option.retired, 0);
      const given = ledger.flow(basins, needs, gives).total;
      if (given < wanted) said.push(say("unstaffed", { value: exact.format((wanted - given) / 1000) }));
    }
    return said;
  };

  // ---- state, kept in the address -------------------------------------------------------------
  let opened = new Map(planned);
  let ignored = false;
  const same = (a, b) => a.size === b.size && [...a].every(([k, option]) => b.get(k) === option);
  const written = () => `#essai=${[...opened].map(([k, option]) => `${candidates[k].code}:${options.indexOf(option)}`).join(",")}`;
  const read = () => {
    const found = /^#essai=(.*)$/.exec(decodeURIComponent(location.hash));
    if (!found) return;
    const wanted = found[1].split(",").filter(Boolean).map((item) => item.split(":"));
    const known = wanted.filter(([code, option]) => at.has(code) && candidates[at.get(code)].options.includes(Number(option)));
    ignored = known.length < wanted.length;
    opened = new Map(known.map(([code, option]) => [at.get(code), options[Number(option)]]));
  };
  const remember = () => {
    const address = same(opened, planned) ? location.href.replace(/#.*$/, "#essai") : location.href.replace(/#.*$/, "") + written();
    try { history.replaceState(null, "", address); } catch { /* some viewers forbid it: the trial works without */ }
  };

  // ---- what one reads -------------------------------------------------------------------------
  const rowsOf = [["sites", whole.format], ["gained", people], ["lifted", people], ["capex", euros], ["deficit", euros], ["fte", exact.format], ["nurse", exact.format]]
    .filter(([key]) => key !== "lifted" || zones.apl);
  const cells = {};
  const table = make("table", {}, make("caption", {}, words.totals), make("thead", {}, make("tr", {},
    ...["figure", "trial", "proposed", "limit"].map((key, n) => make("th", { scope: "col", class: n ? "n" : "" }, words[key])))));
  const body = make("tbody");
  for (const [key, shown] of rowsOf) {
    const label = key === "lifted" ? say("lifted", { threshold: exact.format(data.threshold) }) : words[key];
    cells[key] = make("td", { class: "n" });
    body.append(make("tr", {}, make("th", { scope: "row" }, label), cells[key],
      make("td", { class: "n" }, shown(figures(count(planned))[key])),
      make("td", { class: "n" }, key in limits ? shown(limits[key]) : "")));
  }
  table.append(body);
  const verdict = make("div", { class: "verdict", role: "status" });
  const search = make("input", { type: "search", id: "essai-search", autocomplete: "off" });
  const only = make("input", { type: "checkbox", id: "essai-only" });
  const empty = make("p", { class: "note", hidden: true }, words.none_found);
  const list = make("ul", { class: "choices" });
  const controls = candidates.map((candidate, k) => {
    const box = make("input", { type: "checkbox", id: `essai-${candidate.code}` });
    const item = make("li", {}, box, make("label", { for: box.id }, candidate.name));
    box.addEventListener("change", () => set(k, box.checked ? options[candidate.options[0]] : null));
    return { item, box, choice: null, key: candidate.name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase() };
  });
  const order = controls.map((_, k) => k).sort((a, b) => candidates[a].name.localeCompare(candidates[b].name, data.language));
  list.append(...order.map((k) => controls[k].item));
  const tell = make("span", { role: "status", class: "told" });
  const button = (word, run) => make("button", { type: "button", on: { click: run } }, words[word]);
  const actions = make("p", { class: "actions" },
    button("reset", () => { opened = new Map(planned); update(); }),
    button("clear", () => { opened = new Map(); update(); }),
    button("copy", async () => {
      try { await navigator.clipboard.writeText(location.href); tell.textContent = words.copied; } catch { tell.textContent = words.not_copied; }
    }), tell);
  const views = zones.apl ? ["share_now", "share_plan", "share_today", "apl_now", "apl_today"] : ["share_now", "share_plan", "share_today"];
  let view = views[0];
  const show = make("fieldset", { class: "views" }, make("legend", {}, words.show), ...views.map((name) => make("label", {},
    make("input", { type: "radio", name: "essai-view", value: name, checked: name === view, on: { change: () => { view = name; paint(); } } }), ` ${words[name]}`)));
  const frame = make("div", { class: "living-map", role: "region", "aria-label": words.map, tabindex: "-1" });
  const key = make("div", { class: "legend" });
  root.append(
    make("div", { class: "living-totals" }, table, verdict),
    make("div", { class: "living-left" }, show, frame, make("p", { class: "note" }, words.map_help), key),
    make("div", { class: "living-right" }, make("h3", {}, words.candidates), actions,
      make("p", { class: "filter" }, make("label", { for: search.id }, words.search), search,
        make("label", { class: "check" }, only, ` ${words.only_open}`)),
      make("div", { class: "choices-frame", tabindex: "0", role: "region", "aria-label": words.candidates }, list, empty)),
  );

  // ---- the map --------------------------------------------------------------------------------
  const map = L.map(frame, { preferCanvas: true, zoomSnap: 0.25, attributionControl: false, keyboard: true });
  const unrolled = (rings) => rings.map((ring) => {
    const points = [];
    for (let n = 0, x = 0, y = 0; n < ring.length; n += 2) { x += ring[n]; y += ring[n + 1]; points.push([y / 1e4, x / 1e4]); }
    return points;
  });
  for (const shape of data.background) {
    L.polygon(unrolled(shape), { stroke: false, fillColor: "#e9e8e3", fillOpacity: 1, interactive: false }).addTo(map);
  }
  const inside = zones.inside.flatMap((flag, i) => (flag ? [i] : []));
  const polygons = inside.map((i, n) => L.polygon(unrolled(zones.shape[n]), { color: "#ffffff", weight: 0.6, fillOpacity: 1 })
    .bindTooltip(() => card(i), { sticky: true, className: "card" }).addTo(map));
  existing.forEach((one) => L.circleMarker(one.at, { radius: 5, color: "#ffffff", weight: 1, fillColor: "#14272e", fillOpacity: 1 })
    .bindTooltip(() => text(say("site", { name: one.name, places: whole.format(one.places) }))).addTo(map));
  const marks = candidates.map((candidate, k) => L.circleMarker(candidate.at, { weight: 1.2 })
    .on("click", () => set(k, opened.has(k) ? null : options[candidate.options[0]]))
    .bindTooltip(() => text(opened.has(k)
      ? say("open_here", { name: candidate.name, label: opened.get(k).label })
      : say("closed_here", { name: candidate.name }))).addTo(map));
  map.fitBounds(L.featureGroup(polygons).getBounds(), { animate: false });

  const text = (said) => make("span", {}, said);
  const card = (i) => make("div", {},
    make("strong", {}, zones.name[i]), make("br"),
    `${whole.format(zones.population[i])} ${words.population} · ${people(zones.seekers[i])} ${words.seekers}`, make("br"),
    say("served", { today: percent.format(today.share[i]), now: percent.format(current.share[i]) }),
    ...(zones.apl ? [make("br"), say("apl", { today: exact.format(zones.apl[i]), now: exact.format(current.apl[i]) })] : []));

  const proposed = count(planned);
  let current = proposed;
  const classOf = (value, kind) => {
    const found = kind.edges.findIndex((edge) => value - 1e-9 <= edge);
    return found < 0 ? kind.colours.length - 1 : Math.min(found, kind.colours.length - 1);
  };
  const shownValues = () => ({ share_now: current.share, share_plan: proposed.share, share_today: today.share, apl_now: current.apl, apl_today: zones.apl }[view]);
  let painted = null;
  function paint() {
    const kind = data.classes[view.startsWith("apl") ? "apl" : "share"];
    const values = shownValues();
    const colours = inside.map((i) => kind.colours[classOf(values[i], kind)]);
    polygons.forEach((polygon, n) => { if (!painted || painted[n] !== colours[n]) polygon.setStyle({ fillColor: colours[n] }); });
    painted = colours;
    marks.forEach((mark, k) => {
      const open = opened.has(k);
      const { site: stands } = candidates[k], gone = open && opened.get(k).gone;
      mark.setRadius(open ? 8 : 3.5);
      mark.setStyle(open && stands && !gone
        ? { color: "#c2410c", weight: 3, fillColor: "#14272e", fillOpacity: 1, dashArray: null }
        : { color: gone ? "#5b6b70" : open ? "#ffffff" : "#8f3209", weight: open ? 2 : 1, fillColor: open && !gone ? "#c2410c" : "#ffffff", fillOpacity: open ? 1 : 0.85, dashArray: gone ? "3 3" : null });
      if (open) mark.bringToFront();
    });
    const items = kind.labels.map((label, n) => {
      const swatch = make("span", { class: "key fill", "aria-hidden": "true" });
      swatch.style.setProperty("--colour", kind.colours[n]);
      return make("li", {}, swatch, label);
    });
    key.replaceChildren(make("p", {}, words[view.startsWith("apl") ? "apl_heading" : "share_heading"]), make("ul", {}, ...items));
  }

  function set(k, option) {
    if (option) opened.set(k, option); else opened.delete(k);
    update();
  }
  function list_() {
    const wanted = search.value.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
    let seen = 0;
    controls.forEach((control, k) => {
      const shown = control.key.includes(wanted) && (!only.checked || opened.has(k));
      control.item.hidden = !shown;
      seen += shown;
    });
    empty.hidden = seen > 0;
  }
  function choose() {
    controls.forEach((control, k) => {
      const option = opened.get(k);
      control.box.checked = Boolean(option);
      if (option && !control.choice && candidates[k].options.length > 1) {
        control.choice = make("select", { "aria-label": say("size", { name: candidates[k].name }), on: { change: (event) => set(k, options[Number(event.target.value)]) } },
          ...candidates[k].options.map((n) => make("option", { value: n }, `${options[n].label} · ${euros(options[n].capex)}`)));
        control.item.append(control.choice);
      }
      if (control.choice) {
        control.choice.hidden = !option;
        if (option) control.choice.value = String(options.indexOf(option));
      }
    });
  }
  function update() {
    current = count(opened);
    const counted = figures(current);
    for (const [name, shown] of rowsOf) cells[name].textContent = shown(counted[name]);
    const broken = violations(current);
    verdict.className = broken.length ? "verdict broken" : "verdict";
    verdict.replaceChildren(...(ignored ? [make("p", {}, words.ignored)] : []),
      ...(broken.length ? [make("p", {}, words.broken), make("ul", {}, ...broken.map((one) => make("li", {}, one)))] : [make("p", {}, words.respected)]));
    tell.textContent = "";
    choose();
    list_();
    paint();
    remember();
  }
  search.addEventListener("input", list_);
  only.addEventListener("change", list_);
  addEventListener("hashchange", () => { read(); update(); });
  read();
  update();

  // for the tests, and for whoever wants to check a figure from the console
  window.territoryAccess = {
    figures: () => figures(current), violations: () => violations(current),
    shares: () => Object.fromEntries(zones.code.map((code, i) => [code, current.share[i]])),
    apl: () => (current.apl ? Object.fromEntries(zones.code.map((code, i) => [code, current.apl[i]])) : null),
    set: (code, id) => set(at.get(code), id ? byId.get(id) : null),
  };
})();
