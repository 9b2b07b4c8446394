// On a phone long tables show their first rows; a button has the others. Without script, wide or on paper all stand there.
(function () {
  const rows = 6; // as in fold.css
  const words = document.querySelector("main").dataset.more;
  document.querySelectorAll(".dues, .cards, #blank table, #data table, #doubt table, #doubt .pairs, #plan table, .estimates").forEach((list) => {
    const bodies = list.tBodies || []; // of a table of several bodies the first three stay
    const [items, shown] = bodies.length > 1 ? [bodies, 3] : [bodies.length ? bodies[0].rows : list.children, rows];
    if (items.length <= shown + 2 || list.closest("details")) return;
    const more = node("button", { type: "button", class: "more" }, say(words, { n: items.length }));
    more.addEventListener("click", () => {
      list.classList.remove("folded");
      more.remove();
      const first = items[shown].querySelector("a") || items[shown];
      if (!first.href) first.tabIndex = -1;
      first.focus();
    });
    list.classList.add("folded");
    list.after(more);
  });
})();
