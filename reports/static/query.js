// The three tables of the section and the way from addresses to them. Without script the static tables stand there.
(function () {
  const section = document.getElementById("query");
  const block = document.getElementById("query-data");
  if (!section || !block) return;
  const data = JSON.parse(block.textContent);
  const { words } = data;
  const city = readCity(data, section);
  const option = (value, text) => ({ value, text });
  const grades = { high: 2, medium: 1, low: 0 };
  const harm = { missed: 1, partial: 0 };

  function linkTo(site) {
    return node("a", { class: "site", href: siteAddress(site) }, node("bdi", {}, site.name));
  }
  function lost(text, path) {
    return text ? figure(text, path) : "—";
  }

  // --- narrowing
  const has = { area: new Set(), unit: new Set(), criterion: new Map() };
  city.sites.forEach(({ area }) => {
    const names = area.path.split("/");
    names.forEach((_, depth) => has.area.add(names.slice(0, depth + 1).join("/")));
  });
  city.gaps.forEach(({ who, ask }) => {
    who.led.forEach((unit) => has.unit.add(unit));
    if (!has.criterion.has(ask.criterion.id)) has.criterion.set(ask.criterion.id, ask.criterion.title);
  });
  const below = (path) => path.split("/").length - 1;
  const areaFacet = (of) => ({
    name: "area",
    label: words.area,
    options: [...has.area].filter(Boolean).sort().map((path) => option(path, "　".repeat(below(path)) + path.split("/").pop()))
      .concat(has.area.has("") ? [option(data.none, words.without)] : []),
    known: new Map([...city.areas.map(({ path, text }) => [path, text]), [data.none, words.without]]),
    pick(value) {
      const fits = new Set(city.areas.filter(({ path }) => (value === data.none ? !path : path === value || path.startsWith(value + "/"))));
      return (row) => fits.has(of(row).area);
    },
  });
  // A kind of unit stands for its units in all areas.
  const kinds = [...new Set([...has.unit].map(({ kind }) => kind))];
  const unitOptions = kinds.flatMap((kind) => {
    const own = [...has.unit].filter((unit) => unit.kind === kind).sort((one, other) => (one.id < other.id ? -1 : 1));
    const all = own.some(({ id }) => id === kind) ? [] : [option(kind, say(words.everywhere, { unit: data.kind[kind] || kind }))];
    return [...all, ...own.map(({ id, title }) => option(id, (all.length ? "　" : "") + title))];
  });

  const gaps = queryTable(
    {
      name: "gaps",
      rows: city.gaps.slice().sort((one, other) =>
        grades[other.severity] - grades[one.severity] || (other.due.state === "overdue") - (one.due.state === "overdue") || one.index - other.index),
      sort: "",
      size: 15,
      printed: 40,
      cut: words.cut_gaps,
      open: true,
      placeholder: words.gap_search,
      columns: [
        { key: "criterion", title: words.criterion, value: (gap) => gap.ask.title, cell: (gap) => [node("bdi", {}, gap.ask.title), node("p", { class: "why" }, city.seen(gap))] },
        { key: "site", title: words.site, wide: true, value: (gap) => gap.site.name, cell: (gap) => [linkTo(gap.site), node("small", { class: "below" }, gap.site.type.title + " · " + gap.site.area.text)] },
        { key: "unit", title: words.unit, value: (gap) => gap.who.text, cell: (gap) => gap.who.text },
        { key: "status", title: words.status, down: true, value: (gap) => harm[gap.status], cell: (gap) => mark(data.status[gap.status]) },
        { key: "severity", title: words.severity, down: true, value: (gap) => grades[gap.severity], cell: (gap) => node("span", { class: "v " + data.severity[gap.severity][0] }, data.severity[gap.severity][1]) },
        { key: "due", title: words.deadline, value: (gap) => gap.due.left, cell: (gap) => node("span", { class: gap.due.state === "overdue" ? "hot" : null }, gap.due.text) },
        { key: "lost", title: words.lost, number: true, down: true, value: (gap) => gap.cost.value, cell: (gap) => figure(gap.cost.lost, "gaps." + gap.index + ".lost") },
        { key: "gain", title: words.gain, number: true, down: true, value: (gap) => gap.cost.brings, cell: (gap) => [gap.cost.gain ? node("span", { class: "num", "data-from": "gaps." + gap.index + ".gains.total" }, gap.cost.gain) : "—", gap.cost.held ? node("small", { class: "below" }, gap.cost.held) : null] },
      ],
      facets: [
        { name: "unit", label: words.unit, options: unitOptions, known: new Map([...Object.entries(data.kind), ...data.units]), pick: (value) => (gap) => gap.who.led.some(({ id, kind }) => id === value || kind === value) },
        areaFacet((gap) => gap.site),
        { name: "criterion", label: words.criterion, options: [...has.criterion].map(([id, title]) => option(id, title)), known: new Map(data.criteria), pick: (value) => (gap) => gap.ask.criterion.id === value },
        { name: "severity", label: words.severity, options: Object.keys(grades).map((each) => option(each, data.severity[each][1])), pick: (value) => (gap) => gap.severity === value },
        { name: "due", label: words.deadline, options: data.dues.map((each) => option(each, words[each])), pick: (value) => (gap) => gap.due.state === value },
      ],
      csv: [
        [words.criterion, (gap) => gap.ask.title], [words.id, (gap) => gap.ask.criterion.id], [words.status, (gap) => data.status[gap.status][1]], [words.seen, (gap) => city.seen(gap)],
        [words.site, (gap) => gap.site.name], [words.key, (gap) => gap.site.number], [words.type, (gap) => gap.site.type.title], [words.area, (gap) => gap.site.area.text],
        [words.unit, (gap) => gap.who.text], [words.severity, (gap) => data.severity[gap.severity][1]], [words.deadline, (gap) => gap.due.text], [words.lost, (gap) => gap.cost.lost], [words.gain, (gap) => gap.cost.gain], [words.remedy, (gap) => gap.ask.remedy],
      ],
      file: words.gaps_file,
    },
    words,
    document.getElementById("gaps")
  );

  const bands = [...new Set(city.sites.map(({ band }) => band[1]))];
  const levels = data.levels.concat(bands.filter((band) => !data.levels.includes(band)));
  // Places, and what is known of areas and units by records: two tables of one form.
  const siteTable = (name, title, search, file) => {
    const place = document.getElementById(name);
    if (!place) return null;
    const rows = city.sites.filter((site) => site.table === name).sort((one, other) => one.order - other.order);
    const used = new Set(rows.map(({ type }) => type));
    const shown = new Set(rows.map(({ band }) => band[1]));
    return queryTable(
      {
        name,
        rows,
        sort: "score",
        size: 15,
        printed: 40,
        cut: words.cut_rows,
        open: true,
        placeholder: search,
        columns: [
          { key: "site", title, value: (site) => site.name, cell: (site) => [linkTo(site), site.number ? node("small", {}, node("bdi", {}, site.number)) : null] },
          { key: "type", title: words.type, value: (site) => site.type.title, cell: (site) => site.type.title },
          { key: "area", title: words.area, value: (site) => site.area.text, cell: (site) => node("bdi", {}, site.area.text) },
          { key: "score", title: words.score, number: true, value: (site) => site.value, cell: (site) => lost(site.score, "sites." + site.index + ".card.score") },
          ...(data.sites.moved ? [{ key: "moved", title: words.moved, number: true, down: true, value: (site) => (site.moved ? Number(site.moved) : null), cell: (site) => site.moved || "—" }] : []),
          { key: "level", title: words.level, value: (site) => levels.indexOf(site.band[1]), cell: (site) => mark(site.band) },
          { key: "gaps", title: words.gaps, number: true, down: true, value: (site) => (site.count === "—" ? null : Number(site.count)), cell: (site) => figure(site.count) },
          { key: "lost", title: words.lost, number: true, down: true, value: (site) => (site.lost ? Number(site.lost) : null), cell: (site) => lost(site.lost, "sites." + site.index + ".card.lost") },
        ],
        facets: [
          { name: "type", label: words.type, options: city.types.filter((type) => used.has(type)).map(({ id, title: text }) => option(id, text)), known: new Map(data.types), pick: (value) => (site) => site.type.id === value },
          areaFacet((site) => site),
          { name: "level", label: words.level, options: levels.filter((each) => data.levels.includes(each) || shown.has(each)).map((each) => option(each, each)), known: new Map(levels.map((each) => [each, each])), pick: (value) => (site) => site.band[1] === value },
        ],
        csv: [
          [title, (site) => site.name], [words.key, (site) => site.number], [words.type, (site) => site.type.title], [words.area, (site) => site.area.text],
          [words.score, (site) => site.score], ...(data.sites.moved ? [[words.moved, (site) => site.moved]] : []), [words.level, (site) => site.band[1]], [words.gaps, (site) => site.count], [words.lost, (site) => site.lost],
        ],
        file,
      },
      words,
      place
    );
  };
  const sites = siteTable("sites", words.site, words.site_search, words.sites_file);
  const records = siteTable("records", words.record, words.record_search, words.records_file);

  // The rows of criteria are few: those that stand in the page are shown again.
  const stands = document.getElementById("criteria");
  const titles = [...stands.querySelectorAll("thead th")].map((each) => each.textContent);
  const shares = (text) => (text.startsWith("—") ? null : parseFloat(text));
  const lines = [...stands.querySelectorAll("tbody tr")].map((row, index) => {
    const texts = [...row.cells].map((each) => each.textContent.trim());
    return { row, texts, ways: data.ways[index], kinds: data.kinds[index], plain: plain(texts[0] + " " + texts[1] + " " + texts[2]) };
  });
  const held = new Set(lines.flatMap(({ kinds: own }) => own));
  const keys = "criterion place unit points score met lost gaps open".split(" ");
  const criteria = queryTable(
    {
      name: "criteria",
      rows: lines,
      row: (line) => line.row,
      sort: "-lost",
      size: 15,
      printed: 60,
      cut: words.cut_rows,
      placeholder: words.criterion_search,
      columns: keys.map((key, number) => ({
        key,
        title: titles[number],
        number: number > 2,
        down: number > 2,
        value: number > 2 ? (line) => shares(line.texts[number]) : (line) => line.texts[number],
      })),
      facets: [
        { name: "place", label: words.place, options: data.places.map(([id, title, depth]) => option(id, "　".repeat(depth - 1) + title)), pick: (value) => (line) => line.ways.includes(value) },
        { name: "unit", label: words.unit, options: [...held].map((kind) => option(kind, data.kind[kind] || kind)), known: new Map(Object.entries(data.kind)), pick: (value) => (line) => line.kinds.includes(value) },
      ],
      csv: titles.map((title, number) => [title, (line) => line.texts[number].replace(/\s+/g, " ")]),
      file: words.criteria_file,
    },
    words,
    stands
  );

  const tables = { gaps, sites, criteria, ...(records ? { records } : {}) };
  const panel = sitePanel(data, city);
  function route(first) {
    const told = readAddress(location.hash);
    if (told && "site" in told) {
      const site = city.sites.find(({ key }) => key === told.site);
      if (site) panel.open(site);
      else {
        sites.tell(say(words.no_site, { site: told.site }));
        sites.show();
      }
      return;
    }
    panel.close();
    // The address without a filter, as the one before the first filter was: every row is back.
    if (!told && !first && !location.hash) Object.values(tables).forEach((each) => each.set([]));
    if (told && tables[told.table] && (!first || told.told.length)) {
      tables[told.table].set(told.told);
      tables[told.table].show();
    }
  }
  addEventListener("hashchange", () => route(false));
  document.addEventListener("duibiao:site", (event) => { location.hash = siteAddress(city.sites[event.detail]); });
  addEventListener("beforeprint", () => Object.values(tables).forEach((each) => each.print(true)));
  addEventListener("afterprint", () => Object.values(tables).forEach((each) => each.print(false)));
  route(true);
})();
