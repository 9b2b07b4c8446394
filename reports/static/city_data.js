// The assessment as the script sees it: columns of the data block (reports/query_data.py), and what the tables already say.
// A column of numbers is a text with a character for each: one byte for small ones, and none that JSON or HTML escapes.
const signs = (function () {
  const found = new Map();
  for (const [first, last] of [[0x23, 0x7e], [0xa1, 0xd7ff]]) {
    for (let code = first; code <= last; code += 1) {
      if (code !== 0x3c && code !== 0x5c) found.set(code, found.size);
    }
  }
  return found;
})();

function column(told) {
  if (typeof told !== "string") return told;
  return Array.from({ length: told.length }, (_, place) => signs.get(told.charCodeAt(place)));
}

function readCity(data, section) {
  const hole = "\ue000";
  const areas = data.areas.map(([path, text]) => ({ path, text, plain: plain(text) }));
  const types = data.types.map(([id, title]) => ({ id, title, plain: plain(title) }));
  const names = data.units.map(([id, title]) => ({ id, kind: id.split("@")[0], title, plain: plain(title) }));
  const criteria = data.criteria.map(([id, title, points]) => ({ id, title, points }));
  const asks = data.asks.map(([criterion, title, look, remedy]) => ({
    criterion: criteria[criterion],
    title,
    look,
    remedy,
    plain: plain(title + " " + criteria[criterion].id),
  }));
  const who = data.who.map(([lead, supporting, leader]) => {
    const led = lead.map((each) => names[each]);
    const others = supporting.map((each) => names[each]);
    const shown = led.length ? led : others;
    const title = (list) => list.map((each) => each.title).join(data.words.comma) || "—";
    return {
      led: shown,
      lead: title(led),
      supporting: others.length ? title(others) : "",
      text: title(shown),
      leader,
      plain: shown.map((each) => each.plain).join(" ") + " " + plain(leader),
    };
  });
  const due = data.due.map(([text, left, seen]) => ({
    text,
    left,
    seen,
    state: left === null ? "none" : left < 0 ? "overdue" : left <= data.week ? "week" : "later",
  }));
  const costs = data.cost.map(([lost, points, gain, held]) => ({ lost, points, gain, held, value: Number(lost), brings: gain ? Number(gain.replace("<", "")) : null }));
  const texts = data.texts.map((text) => ({ pieces: text.split(hole), plain: plain(text.replaceAll(hole, " ")) }));

  const own = { type: column(data.sites.type), area: column(data.sites.area), card: column(data.sites.card), coverage: column(data.sites.coverage), key: column(data.sites.key.kind) };
  const bounds = data.sites.bounds.split("|");
  const moved = data.sites.moved ? data.sites.moved.split("|") : null;
  const told = (cell) => cell.textContent.trim().replace("—", "");
  const sites = [];
  section.querySelectorAll(".sites tbody tr:not(.area)").forEach((row, place) => {
    const index = Number(row.dataset.row.split(".")[1]);
    const [head, score, band, gaps, lost] = row.cells;
    const link = head.firstElementChild;
    const number = link.nextElementSibling.tagName === "SMALL" ? link.nextElementSibling.textContent : "";
    const area = areas[own.area[index]];
    const type = types[own.type[index]];
    const name = link.textContent;
    sites[index] = {
      index,
      order: place,
      table: row.closest(".query").id,
      name,
      number,
      key: [number, name, area.path + "/" + name, data.sites.key.other[index]][own.key[index]],
      page: link.getAttribute("href"),
      area,
      type,
      score: told(score),
      value: told(score) ? Number(told(score)) : null,
      moved: moved ? moved[index] : "",
      band: [band.className, band.textContent.trim()],
      count: gaps.textContent.trim(),
      lost: told(lost),
      gaps: [],
      plain: [plain(name + " " + number), type.plain, area.plain, plain(band.textContent)].join(" "),
    };
  });

  const letters = { m: "missed", p: "partial" };
  const grades = { h: "high", m: "medium", l: "low" };
  const columns = { ...data.gaps };
  for (const name of ["site", "ask", "who", "due", "cost", "because"]) columns[name] = column(columns[name]);
  const numbers = columns.numbers.split("|");
  const gaps = columns.site.map((place, index) => {
    const gap = {
      index,
      site: sites[place],
      ask: asks[columns.ask[index]],
      status: letters[columns.status[index]],
      severity: grades[columns.severity[index]],
      who: who[columns.who[index]],
      due: due[columns.due[index]],
      cost: costs[columns.cost[index]],
    };
    gap.plain = [gap.ask.plain, gap.site.plain, gap.who.plain, texts[columns.because[index]].plain].join(" ");
    gap.site.gaps.push(gap);
    return gap;
  });

  return {
    areas,
    types,
    names,
    criteria,
    sites,
    gaps,
    asks,
    seen(gap) {
      const { pieces } = texts[columns.because[gap.index]];
      const found = numbers[gap.index].split(" ");
      return pieces.map((piece, place) => (place ? (found[place - 1] ?? "") + piece : piece)).join("");
    },
    problems: (gap) => columns.problems[gap.index] || [],
    photos: (gap) => columns.photos[gap.index] || [],
    coverage: (site) => (own.coverage[site.index] ? data.texts[own.coverage[site.index] - 1] : "").split(hole).join(""),
    bounds: (site) => bounds[site.index].replace(" ", "–"),
    card: (site) => (own.card[site.index] ? data.cards[own.card[site.index] - 1] : null),
    open: (site) => [...data.sites.open[site.index].split(" "), "", ""].slice(0, 3).map((list) => column(list).map((each) => asks[each])),
    met: (site) => data.sites.met[site.index].map((each) => criteria[each]),
    cap: (site) => data.sites.cap[site.index] || null,
    visits: (site) => (data.sites.visits[site.index] || []).map(([time, inspector, seen]) => ({
      time,
      inspector,
      seen: seen.map(([criterion, status, because]) => ({ title: criteria[criterion].title, status, because })),
    })),
    parent: (site) => (site.index in data.sites.parent ? sites[data.sites.parent[site.index]] : null),
  };
}
