// What is known of one site, at the right side: its score, its gaps, and how the score is added up.
function sitePanel(data, city) {
  const { words } = data;
  const close = node("button", { type: "button", class: "close" }, words.close);
  const body = node("div", {});
  const dialog = node("dialog", { id: "panel", class: "panel", "aria-labelledby": "panel-name" }, close, body);
  let opened = false; // from a place in this page, to which closing leads back
  document.body.append(dialog);

  const zero = BigInt(0);
  const sum = (values) => values.reduce((whole, each) => whole + each, zero);

  function row(name, value) {
    return value instanceof Node || (value && value.length) ? [node("dt", {}, name), node("dd", {}, value)] : [];
  }

  function photo([name, source, why]) {
    if (source) return node("figure", {}, node("img", { src: source, alt: name }), node("figcaption", {}, node("bdi", {}, name)));
    return node("div", {}, node("bdi", {}, name), " ", node("small", {}, "(" + why + ")"));
  }

  function card(gap, site) {
    const photos = city.photos(gap);
    const named = photos.some(([, source]) => !source) && site.page;
    const problems = city.problems(gap);
    const points = fill(words.points_of, { lost: figure(gap.cost.points, "gaps." + gap.index + ".lost_points"), points: gap.ask.criterion.points });
    const [tone, severity] = data.severity[gap.severity];
    return node(
      "article",
      { class: "gap" },
      node("h4", {}, node("bdi", {}, gap.ask.title), " ", mark(data.status[gap.status]), " ", node("span", { class: "v " + tone }, words.severity + " " + severity)),
      node(
        "dl",
        {},
        row(words.seen, [node("bdi", {}, city.seen(gap)), gap.due.seen ? node("small", { class: "num" }, " " + gap.due.seen) : ""]),
        row(words.problems, problems.length ? node("ul", {}, problems.map((each) => node("li", {}, each))) : null),
        row(words.photos, photos.length ? [...photos.map(photo), named ? node("a", { href: site.page }, words.photos_there) : ""] : null),
        row(words.asked, gap.ask.look),
        row(words.remedy, gap.ask.remedy),
        row(words.lead, [node("bdi", {}, gap.who.lead), gap.who.leader ? [" · ", node("bdi", {}, gap.who.leader)] : ""].flat()),
        row(words.supporting, gap.who.supporting),
        row(words.deadline, node("span", { class: gap.due.state === "overdue" ? "hot" : null }, gap.due.text)),
        row(words.lost, [...points, " · ", ...fill(words.of_total, { lost: figure(gap.cost.lost, "gaps." + gap.index + ".lost") })]),
        row(words.gain, [gap.cost.gain, gap.cost.held].filter(Boolean).join(" · "))
      )
    );
  }

  function visits(site) {
    const found = city.visits(site);
    if (!found.length) return "";
    const one = ({ time, inspector, seen }) => [
      node("dt", {}, node("span", { class: "num" }, time || "—"), inspector ? [" · ", node("bdi", {}, inspector)] : ""),
      node("dd", {}, seen.length ? node("ul", {}, seen.map(({ title, status, because }) =>
        node("li", {}, node("bdi", {}, title), " ", mark(data.status[status]), " ", node("small", {}, node("bdi", {}, because))))) : "—"),
    ];
    return node("section", { class: "visits" }, node("h4", { class: "title" }, words.visits + " (" + found.length + ")"), node("p", { class: "sub" }, words.together), node("dl", {}, found.flatMap(one)));
  }

  // --- how the score came: every line with its points, so that a reader can add it up
  function line(title, points, how, lost) {
    return node("tr", {}, node("th", { scope: "row" }, title), node("td", { class: "n num" }, points), node("td", {}, how), node("td", { class: "n num lost-points" }, lost));
  }
  // Along the outline: of each place from the means of the criteria on it and from the places under it.
  function along(site) {
    const scores = new Map();
    const add = (criterion, score) => scores.set(criterion, [...(scores.get(criterion) || []), score]);
    city.met(site).forEach((criterion) => add(criterion, 1));
    site.gaps.forEach((gap) => add(gap.ask.criterion, 1 - Number(gap.cost.points) / Number(gap.ask.criterion.points)));
    if (data.zero) city.open(site).slice(0, 2).flat().forEach((ask) => add(ask.criterion, 0));
    const lines = [];
    const shown = (figure) => (100 * figure).toFixed(4);
    function combined(way, branches) {
      const whole = branches.reduce((all, [weight]) => all + weight, 0);
      const sum = (value) => branches.reduce((all, [weight, figure]) => all + weight * value(figure), 0) / whole;
      if (way === "lowest" || branches.length === 1) return Math.min(...branches.map(([, figure]) => figure));
      return way === "geometric" ? Math.exp(sum(Math.log)) : sum((figure) => figure);
    }
    function told(title, depth, weight, how, figure) {
      return node("tr", { class: "d" + Math.min(depth, 4) }, node("th", { scope: "row" }, title), node("td", { class: "n num" }, weight), node("td", {}, how), node("td", { class: "n num" }, figure));
    }
    function figureOf([title, weight, way, own, under], depth) {
      const at = lines.length;
      const branches = [];
      for (const criterion of own.map((each) => city.criteria[each])) {
        const found = Number(criterion.points) ? scores.get(criterion) : null;
        if (!found) continue;
        const mean = found.reduce((all, each) => all + each, 0) / found.length;
        lines.push(told(criterion.title, depth + 1, criterion.points, "", shown(mean)));
        branches.push([Number(criterion.points), mean]);
      }
      for (const place of under) {
        const figure = figureOf(place, depth + 1);
        if (figure !== null) branches.push([Number(place[1]), figure]);
      }
      if (!branches.length) return null;
      const figure = combined(way, branches);
      if (title) lines.splice(at, 0, told(title, depth, weight, words[way], shown(figure)));
      return figure;
    }
    const whole = figureOf(["", "1", "mean", [], data.outline], -1);
    const heads = [words.on_outline, words.weight, words.way, words.score];
    return [whole, node("table", { class: "outline" }, node("thead", {}, node("tr", {}, heads.map((each, number) => node("th", { scope: "col", class: number % 2 ? "n" : null }, each)))), node("tbody", {}, lines))];
  }
  function calculation(site) {
    const path = "sites." + site.index + ".card";
    const [met, points, apart] = city.card(site);
    const lines = [];
    let possible = units(points);
    let lost = zero;
    for (const gap of site.gaps.slice().sort((one, other) => Number(other.cost.points) - Number(one.cost.points))) {
      const weight = units(gap.ask.criterion.points);
      possible += weight;
      lost += weight ? units(gap.cost.points) : zero;
      const told = weight ? figure(gap.cost.points, "gaps." + gap.index + ".lost_points") : "—";
      lines.push(line(gap.ask.title, weight ? gap.ask.criterion.points : "—", weight ? mark(data.status[gap.status]) : words.beside, told));
    }
    if (met) lines.push(line(say(site.gaps.length ? words.others_met : words.all_met, { n: met }), points, mark(data.status.met), "0"));
    const kinds = ["unobserved", "invalid", "waived"];
    city.open(site).forEach((asks, number) => {
      const counts = data.zero && kinds[number] !== "waived";
      for (const ask of asks) {
        const weight = units(ask.criterion.points);
        if (counts) {
          possible += weight;
          lost += weight;
        }
        const how = [mark(data.status[kinds[number]]), node("small", { class: "below" }, counts ? words.as_zero : words.left_out)];
        lines.push(line(ask.title, counts ? ask.criterion.points : "—", how, counts ? ask.criterion.points : "—"));
      }
    });
    if (apart) lines.push(line(say(words.not_applicable, { n: apart }), "—", words.left_out, "—"));
    const earned = possible - lost;
    const cap = city.cap(site);
    const digits = (site.score.split(".")[1] || "").length;
    const formula = [];
    if (site.score && !data.outline) {
      const parts = { earned: figure(decimal(earned), path + ".earned"), possible: figure(decimal(possible), path + ".possible") };
      formula.push(...fill(words.formula, parts), " = ", cap ? percent(earned, possible, digits) : figure(site.score, path + ".score", "num result"));
    } else if (site.score) formula.push(words.outline, " ", cap ? along(site)[0].toFixed(4) : figure(site.score, path + ".score", "num result"));
    if (cap) {
      const held = cap[1].map((each) => city.criteria[each].title).join(words.comma);
      formula.push(node("br"), ...fill(words.held, { cap: cap[0], criteria: held, score: figure(site.score, path + ".score", "num result") }));
    }
    if (!site.score) formula.push(words.no_score);
    const heads = [words.criterion, words.points, words.status, words.points_lost];
    return node(
      "section",
      { class: "calculation" },
      node("h4", {}, words.calculation),
      node("p", {}, formula),
      site.score && data.outline ? along(site)[1] : "",
      node(
        "table",
        {},
        node("thead", {}, node("tr", {}, heads.map((each, number) => node("th", { scope: "col", class: number % 2 ? "n" : null }, each)))),
        node("tbody", {}, lines),
        data.outline ? "" : node("tfoot", {}, line(words.sum, decimal(possible), "", decimal(lost)))
      )
    );
  }

  function verdict(site) {
    if (!city.card(site)) return site.table === "records" ? words.not_handed_in : words.not_visited;
    if (!site.score) return words.no_score;
    const distance = units(site.score) - units(data.pass);
    const short = distance < zero;
    return say(short ? words.short : words.above, { n: decimal(short ? -distance : distance), mark: data.pass });
  }

  function fillIn(site) {
    const parent = city.parent(site);
    const path = "sites." + site.index + ".card";
    const facts = [
      row(words.bounds, city.bounds(site)),
      row(words.coverage, city.coverage(site)),
      row(words.part_of, parent ? node("a", { href: siteAddress(parent) }, node("bdi", {}, parent.name)) : null),
    ].filter((each) => each.length);
    body.replaceChildren(
      node("p", { class: "crumb" }, site.number ? [node("span", { class: "num" }, site.number), " · "] : "", site.type.title, " · ", node("bdi", {}, site.area.text)),
      node("h3", { id: "panel-name" }, node("bdi", {}, site.name)),
      node("p", { class: "standing" }, site.score ? figure(site.score, path + ".score", "num big") : node("span", { class: "num big" }, "—"), mark(site.band), node("span", { class: "mut" }, verdict(site))),
      facts.length ? node("dl", { class: "known" }, facts.map((each) => node("div", {}, each))) : "",
      site.page ? node("p", { class: "there" }, node("a", { href: site.page }, words.page)) : "",
      visits(site),
      node("h4", { class: "title" }, words.gaps + " (" + site.gaps.length + ")"),
      ...(site.gaps.length ? site.gaps.map((gap) => card(gap, site)) : [node("p", { class: "sub" }, words.no_gaps)]),
      city.card(site) ? calculation(site) : ""
    );
    dialog.scrollTop = 0;
  }

  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => {
    if (!/^#site=/.test(location.hash)) return;
    if (opened) history.back();
    else history.replaceState(null, "", "#sites");
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#site=']");
    if (link && dialog.open) {
      // From one site to another: closing still leads back to where the first was opened.
      event.preventDefault();
      history.replaceState(null, "", link.getAttribute("href"));
      fillIn(city.sites.find((site) => siteAddress(site) === link.getAttribute("href")));
    } else if (link) opened = true;
  });
  document.addEventListener("duibiao:site", () => { opened = true; });
  return {
    open(site) {
      fillIn(site);
      if (!dialog.open) dialog.showModal();
    },
    close() {
      opened = false;
      if (dialog.open) dialog.close();
    },
  };
}
