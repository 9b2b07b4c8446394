// One table that is searched, narrowed, sorted, paged and exported. Its state stands in the address.
// spec: name; rows; columns [{key, title, number, down (sorted so first), value, cell}]; row where the rows are ready;
// facets [{name, label, options [{value, text}], known (what else may be asked for), pick: value -> row -> whether}];
// sort (as in the address); csv [[title, text]]; file; size and printed (rows of a page); cut (where the others are,
// told on paper); open (a row leads to its link).
function queryTable(spec, words, place) {
  const table = place.querySelector("table");
  const phone = matchMedia("(max-width: 900px)");
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const orders = new Map();
  let state, wrong, printing = false;

  // --- the address
  function usual() {
    return { q: "", picks: {}, sort: spec.sort, page: 1 };
  }
  function pairs() {
    const narrowed = spec.facets.map(({ name }) => [name, state.picks[name] || ""]);
    return [...narrowed, ["q", state.q], ["sort", state.sort === spec.sort ? "" : state.sort], ["page", state.page > 1 ? String(state.page) : ""]];
  }
  function set(told) {
    const before = state && JSON.stringify(state);
    state = usual();
    wrong = [];
    for (const [name, value] of told) {
      const facet = spec.facets.find((each) => each.name === name);
      if (facet && (value === "" || known(facet, value))) {
        if (value) state.picks[name] = value;
      } else if (name === "q") state.q = value;
      else if (name === "sort" && column(value)) state.sort = value;
      else if (name === "page" && /^[1-9]\d{0,5}$/.test(value)) state.page = Number(value);
      else wrong.push(name + "=" + value);
    }
    if (before === JSON.stringify(state) && !wrong.length) return;
    box.value = state.q;
    selects.forEach((select, number) => { select.value = state.picks[spec.facets[number].name] || ""; });
    draw();
  }
  // What the rows do not have may still be asked for: it finds nothing, which is an answer.
  function known(facet, value) {
    if (facet.options.some((option) => option.value === value)) return true;
    if (!facet.known || !facet.known.has(value)) return false;
    facet.options.push({ value, text: facet.known.get(value) });
    selects[spec.facets.indexOf(facet)].append(node("option", { value }, facet.known.get(value)));
    return true;
  }
  function changed(changes) {
    Object.assign(state, { page: 1 }, changes);
    wrong = [];
    draw();
    history.replaceState(null, "", writeAddress(spec.name, pairs()));
  }

  // --- what is shown
  function column(sort) {
    return spec.columns.find((each) => each.value && each.key === sort.replace(/^-/, ""));
  }
  function ordered() {
    if (!orders.has(state.sort)) orders.set(state.sort, sorted(state.sort));
    return orders.get(state.sort);
  }
  function sorted(sort) {
    if (!sort) return spec.rows;
    const { value } = column(sort);
    const values = spec.rows.map(value);
    const texts = [...new Set(values.filter((each) => typeof each === "string"))].sort(collator.compare);
    const ranks = new Map(texts.map((text, rank) => [text, rank]));
    const keys = values.map((each) => (typeof each === "string" ? ranks.get(each) : each));
    const turn = sort.startsWith("-") ? -1 : 1;
    const places = keys.map((_, number) => number);
    // What has no value comes last, either way.
    places.sort((one, other) => {
      const [a, b] = [keys[one], keys[other]];
      if (a === null || b === null) return (a === null) - (b === null) || one - other;
      return turn * (a - b) || one - other;
    });
    return places.map((number) => spec.rows[number]);
  }
  function found() {
    const terms = plain(state.q).split(/\s+/).filter(Boolean);
    const tests = spec.facets.filter(({ name }) => state.picks[name]).map((facet) => facet.pick(state.picks[facet.name]));
    if (!terms.length && !tests.length) return ordered();
    return ordered().filter((row) => tests.every((test) => test(row)) && terms.every((term) => row.plain.includes(term)));
  }

  // --- the parts
  const heading = place.querySelector("h3").textContent;
  const box = node("input", { type: "search", "aria-label": words.search + " · " + heading, placeholder: spec.placeholder });
  const selects = spec.facets.map(({ label, options }) => {
    const select = node("select", { "aria-label": label }, node("option", { value: "" }, label));
    options.forEach(({ value, text }) => select.append(node("option", { value }, text)));
    return select;
  });
  const sorts = node("select", { class: "sorts", "aria-label": words.sort });
  if (!spec.sort) sorts.append(node("option", { value: "" }, words.usual));
  spec.columns.filter((each) => each.value).forEach(({ key, title }) => {
    sorts.append(node("option", { value: key }, title + " ↑"), node("option", { value: "-" + key }, title + " ↓"));
  });
  const save = node("button", { type: "button" }, words.save);
  const tools = node("div", { class: "tools screen" }, box, selects, sorts, save);
  const count = node("p", { class: "count", role: "status" });
  const heads = spec.columns.map(({ key, title, number, value }) => {
    const button = value ? node("button", { type: "button" }, title) : null;
    if (button) button.addEventListener("click", () => turn(key));
    // A <button> in a repeated head is not painted on later printed pages.
    return node("th", { scope: "col", class: number ? "n" : null }, button, node("span", { class: value ? "printed" : null }, title));
  });
  const body = node("tbody");
  const back = node("button", { type: "button" }, words.back);
  const next = node("button", { type: "button" }, words.next);
  const at = node("span", { class: "num" });
  const pager = node("nav", { class: "pager screen", "aria-label": words.pages + " · " + heading }, back, at, next);

  function turn(key) {
    const first = column(key).down ? "-" + key : key;
    changed({ sort: state.sort === first ? (first === key ? "-" + key : key) : first });
  }
  function nothing() {
    const used = spec.facets.filter(({ name }) => state.picks[name]).map(({ label }) => label);
    if (state.q) used.unshift("“" + state.q + "”");
    const clear = node("button", { type: "button", class: "screen" }, words.clear);
    clear.addEventListener("click", () => { set([]); history.replaceState(null, "", writeAddress(spec.name, pairs())); box.focus(); });
    const told = used.length ? [say(words.nothing, { filters: used.join(words.comma) }), " ", clear] : [words.empty];
    return node("tr", { class: "nothing" }, node("td", { colspan: spec.columns.length }, told));
  }
  function row(each) {
    if (spec.row) return spec.row(each);
    const [first, ...others] = spec.columns.map(({ title, number, cell, wide }, place) =>
      node(place ? "td" : "th", { class: number ? "n" : wide ? "wide" : null, "data-t": place ? title : null, scope: place ? null : "row" }, cell(each)));
    return node("tr", { class: spec.open ? "opens" : null }, first, others);
  }
  function draw() {
    const rows = found();
    const size = printing ? spec.printed : phone.matches ? 8 : spec.size;
    const pages = Math.max(1, Math.ceil(rows.length / size));
    state.page = Math.min(state.page, pages);
    const start = printing ? 0 : (state.page - 1) * size;
    const shown = rows.slice(start, start + size);
    body.replaceChildren(...(shown.length ? shown.map(row) : [nothing()]));
    const told = rows.length < spec.rows.length ? say(words.found, { n: rows.length, all: spec.rows.length }) : say(words.all, { n: rows.length });
    const cut = printing && rows.length > shown.length ? " " + say(spec.cut, { shown: shown.length }) : "";
    count.textContent = told + cut + (wrong.length ? " " + say(words.unknown, { filters: wrong.join(words.comma) }) : "");
    count.classList.toggle("hot", wrong.length > 0);
    heads.forEach((head, number) => {
      const { key } = spec.columns[number];
      if (state.sort === key) head.setAttribute("aria-sort", "ascending");
      else if (state.sort === "-" + key) head.setAttribute("aria-sort", "descending");
      else head.removeAttribute("aria-sort");
    });
    sorts.value = state.sort;
    pager.hidden = pages === 1;
    at.textContent = state.page + " / " + pages;
    const active = document.activeElement;
    back.disabled = state.page === 1;
    next.disabled = state.page === pages;
    if (active === back && back.disabled) next.focus();
    if (active === next && next.disabled) back.focus();
  }

  // --- CSV: a cell that a spreadsheet would run gets an apostrophe.
  function cell(value) {
    const text = String(value);
    return '"' + (/^[=+\-@\t\r＝＋－＠]/.test(text) ? "'" + text : text).replaceAll('"', '""') + '"';
  }
  function csv() {
    const lines = [spec.csv.map(([title]) => cell(title)), ...found().map((each) => spec.csv.map(([, text]) => cell(text(each))))];
    return "\ufeff" + lines.map((line) => line.join(",")).join("\r\n") + "\r\n";
  }
  function download() {
    const address = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    node("a", { href: address, download: spec.file }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  box.addEventListener("input", () => changed({ q: box.value.trim() }));
  selects.forEach((select, number) => {
    select.addEventListener("change", () => changed({ picks: { ...state.picks, [spec.facets[number].name]: select.value } }));
  });
  sorts.addEventListener("change", () => changed({ sort: sorts.value }));
  save.addEventListener("click", download);
  const go = (page) => { changed({ page }); if (place.getBoundingClientRect().top < 0) place.scrollIntoView(); };
  back.addEventListener("click", () => go(state.page - 1));
  next.addEventListener("click", () => go(state.page + 1));
  phone.addEventListener("change", draw);
  if (spec.open) {
    body.addEventListener("click", (event) => {
      const link = event.target.closest("tr").querySelector("a.site");
      if (!link || event.target.closest("a") || String(getSelection())) return;
      link.focus();
      link.click();
    });
  }
  place.querySelectorAll(".static").forEach((each) => each.remove());
  table.classList.add("live", "stack");
  table.replaceChildren(node("thead", {}, node("tr", {}, heads)), body);
  table.before(tools, count);
  table.after(pager);
  set([]);
  return {
    set,
    tell(text) {
      count.textContent = text;
      count.classList.add("hot");
    },
    print(on) {
      printing = on;
      draw();
    },
    show() {
      place.scrollIntoView();
    },
  };
}
