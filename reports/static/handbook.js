// Search in the handbook: over the data that lies in the page, without a request. Without script the lists stand there.
(function () {
  "use strict";
  const section = document.getElementById("search");
  const block = document.getElementById("index");
  if (!section || !block) return;
  const box = document.getElementById("box");
  const list = document.getElementById("found");
  const count = section.querySelector("output");
  const most = 40;
  const few = 6;
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const index = JSON.parse(block.textContent);
  const types = new Map(
    Object.entries(index.types).map(([id, [title, words]]) => [id, { id, title, text: plain(title + " " + words) }])
  );
  const criteria = index.criteria.map(([id, title, look, words, there]) => ({
    id,
    title,
    look,
    name: plain(title),
    text: plain([id, title, look, words].join(" ")),
    there: there.map(([kind, own]) => ({ kind: types.get(kind), text: types.get(kind).text + " " + plain(own) })),
  }));

  function findTypes(words) {
    return Array.from(types.values()).filter((kind) => words.every((word) => kind.text.includes(word)));
  }

  // A word may stand in the criterion, in the site type, or in what is said of the one on the other: those types are shown.
  function findCriteria(words) {
    const found = [];
    for (const each of criteria) {
      const rest = words.filter((word) => !each.text.includes(word));
      const inTitle = words.filter((word) => each.name.includes(word)).length;
      const places = each.there
        .filter((place) => rest.every((word) => place.text.includes(word)))
        .map((place) => ({ kind: place.kind, hits: words.filter((word) => place.kind.text.includes(word)).length }))
        .sort((one, other) => other.hits - one.hits);
      if (places.length) {
        found.push({ each, kinds: places.map((place) => place.kind), rank: inTitle + places[0].hits });
      }
    }
    return found.sort((one, other) => other.rank - one.rank);
  }

  function link(href, text) {
    const made = document.createElement("a");
    made.href = href;
    made.textContent = text;
    return made;
  }

  function small(...parts) {
    const made = document.createElement("small");
    made.append(...parts);
    return made;
  }

  function typeRow(kind) {
    const row = document.createElement("li");
    row.append(link("type/" + kind.id + ".html", kind.title), small(list.dataset.type));
    return row;
  }

  function criterionRow({ each, kinds }) {
    const row = document.createElement("li");
    const at = (kind) => "type/" + kind.id + ".html#" + each.id;
    row.append(link(at(kinds[0]), each.title));
    const places = small();
    kinds.slice(0, few).forEach((kind, number) => places.append(number ? " · " : "", link(at(kind), kind.title)));
    if (kinds.length > few) places.append(" … " + list.dataset.types.replace("{n}", kinds.length));
    row.append(places);
    if (each.look) {
      const look = document.createElement("p");
      look.textContent = each.look;
      row.append(look);
    }
    return row;
  }

  function show() {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    count.textContent = "";
    if (!words.length) return;
    const rows = findTypes(words).map((kind) => () => typeRow(kind));
    rows.push(...findCriteria(words).map((found) => () => criterionRow(found)));
    list.append(...rows.slice(0, most).map((make) => make()));
    if (rows.length > most) {
      const more = document.createElement("li");
      more.className = "note";
      more.textContent = list.dataset.more.replace("{n}", rows.length - most);
      list.append(more);
    }
    count.textContent = rows.length ? count.dataset.found.replace("{n}", rows.length) : count.dataset.none;
  }

  // The first link of every row is what the arrows go through.
  function step(by) {
    const stops = [box, ...list.querySelectorAll("li > a")];
    const here = stops.indexOf(document.activeElement);
    const next = stops[Math.min(Math.max(here + by, 0), stops.length - 1)];
    next.focus();
  }

  box.addEventListener("input", show);
  section.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && event.target === box) {
      const first = list.querySelector("li > a");
      if (first) first.click();
    } else if (event.key === "Escape") {
      box.value = "";
      show();
      box.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && event.target !== box) {
      event.preventDefault();
      box.focus();
    }
  });
  section.hidden = false;
  show();
})();
