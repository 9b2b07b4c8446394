// The map: levels can be hidden, points tell which site they are and open it. Without script it is a picture.
(function () {
  "use strict";
  const map = document.getElementById("site-map");
  if (!map) return;
  const stage = map.querySelector(".stage");
  const drawing = stage.querySelector(".points");
  const tip = stage.querySelector(".tip");
  const picked = drawing.querySelector(".picked");
  const groups = Array.from(drawing.querySelectorAll("[data-sites]"));
  const reach = 16;
  const points = groups.flatMap((group) => {
    const at = Array.from(group.lastElementChild.getAttribute("d").matchAll(/M(\d+) (\d+)/g));
    return group.dataset.sites.split(" ").map((site, place) => ({ site: Number(site), group, x: Number(at[place][1]), y: Number(at[place][2]) }));
  });
  // What the list of sites says of each, before the tables of the section take its place.
  const told = new Map();
  document.querySelectorAll("#query .sites tr[data-row]").forEach((row) => {
    const link = row.cells[0].firstElementChild;
    told.set(Number(row.dataset.row.split(".")[1]), { name: link.textContent, page: link.getAttribute("href"), score: row.cells[1].textContent.trim() });
  });
  let now = null;

  map.querySelectorAll("input").forEach((box) => {
    const group = groups.find((each) => each.dataset.word === box.value);
    box.hidden = false;
    box.checked = true;
    box.addEventListener("change", () => {
      group.toggleAttribute("hidden", !box.checked);
      if (now && now.group === group && !box.checked) pick(null);
    });
  });

  function scale() {
    return drawing.viewBox.baseVal.width / drawing.getBoundingClientRect().width;
  }
  function nearest(event) {
    const box = drawing.getBoundingClientRect();
    const units = scale();
    const x = (event.clientX - box.left) * units;
    const y = (event.clientY - box.top) * units;
    let best = null;
    let least = reach * units;
    for (const point of points) {
      const far = Math.hypot(point.x - x, point.y - y);
      if (far <= least && !point.group.hasAttribute("hidden")) { best = point; least = far; }
    }
    return best;
  }
  function pick(point) {
    now = point;
    tip.hidden = !point;
    picked.toggleAttribute("hidden", !point);
    if (!point) return;
    picked.firstElementChild.setAttribute("d", "M" + point.x + " " + point.y + "h1");
    const site = told.get(point.site);
    const name = document.createElement(site.page ? "a" : "b");
    name.append(document.createElement("bdi"));
    name.firstChild.textContent = site.name;
    if (site.page) name.href = site.page;
    const said = document.createElement("div");
    said.textContent = (site.score === "—" ? "" : site.score + " · ") + point.group.dataset.word;
    tip.replaceChildren(name, said);
    const units = scale();
    const wide = stage.clientWidth;
    const half = Math.min(tip.offsetWidth / 2, wide / 2);
    tip.style.left = Math.min(Math.max(point.x / units, half), wide - half) + "px";
    tip.style.top = point.y / units + "px";
    tip.classList.toggle("low", point.y / units < tip.offsetHeight + 14);
  }
  function open(point) {
    document.dispatchEvent(new CustomEvent("duibiao:site", { detail: point.site }));
  }
  // The nearest point in the direction of the key; one that lies aside counts as farther away.
  function beside(from, right, down) {
    let best = null;
    let least = Infinity;
    for (const point of points) {
      const along = (point.x - from.x) * right + (point.y - from.y) * down;
      const aside = Math.abs((point.x - from.x) * down) + Math.abs((point.y - from.y) * right);
      const far = along + 2 * aside;
      if (along > 0 && far < least && !point.group.hasAttribute("hidden")) { best = point; least = far; }
    }
    return best;
  }

  const keys = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", stage.dataset.label);
  stage.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || event.target.closest(".tip")) return;
    const point = nearest(event);
    if (point !== now) pick(point);
    stage.classList.toggle("hit", Boolean(point));
  });
  stage.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch" && document.activeElement !== stage) pick(null);
  });
  stage.addEventListener("click", (event) => {
    if (event.target.closest(".tip")) return;
    const point = nearest(event);
    pick(point);
    if (point) open(point);
  });
  stage.addEventListener("keydown", (event) => {
    const way = keys[event.key];
    if (way) {
      const seen = points.filter((point) => !point.group.hasAttribute("hidden"));
      const next = now ? beside(now, way[0], way[1]) : seen.length ? seen[seen.length - 1] : null;
      if (next) pick(next);
      event.preventDefault();
    } else if ((event.key === "Enter" || event.key === " ") && now && event.target === stage) {
      open(now);
      event.preventDefault();
    } else if (event.key === "Escape") {
      pick(null);
    }
  });
})();
