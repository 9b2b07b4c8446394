// Search in the list of sites. Without script the whole list stands there.
(function () {
  "use strict";
  const tools = document.getElementById("tools");
  const list = document.getElementById("site-list");
  if (!tools || !list) return;
  const box = tools.querySelector("input");
  const more = tools.querySelector("button");
  const count = tools.querySelector("output");
  const rows = Array.from(list.rows);
  const few = 100;
  let all = rows.length <= few;
  let texts = null;
  function show() {
    const words = box.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) texts = rows.map((row) => row.textContent.normalize("NFKC").toLowerCase());
    let found = 0;
    rows.forEach((row, index) => {
      const fits = words.every((word) => texts[index].includes(word));
      if (fits) found += 1;
      const hide = !fits || (!all && found > few);
      if (row.hidden !== hide) row.hidden = hide;
    });
    const shown = all ? found : Math.min(found, few);
    count.textContent = count.dataset.text.replace("{shown}", shown).replace("{found}", found);
    more.hidden = shown === found;
  }
  box.addEventListener("input", show);
  more.addEventListener("click", () => { all = true; show(); });
  tools.hidden = false;
  show();
})();
