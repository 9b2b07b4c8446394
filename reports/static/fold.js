// On a phone long tables show their first rows; a button has the others. Without script, wide or on paper all stand there.
(function () {
  const rows = 6; // as in fold.css
  const words = document.querySelector("main").dataset.more;
  document.querySelectorAll(".dues, .cards, #blank table, #data table, #doubt table, #doubt .pairs").forEach((list) => {
    const items = list.tBodies ? list.tBodies[0].rows : list.children;
    if (items.length <= rows + 2 || list.closest("details")) return;
    const more = node("button", { type: "button", class: "more" }, say(words, { n: items.length }));
    more.addEventListener("click", () => {
      list.classList.remove("folded");
      more.remove();
      const first = items[rows].querySelector("a") || items[rows];
      if (!first.href) first.tabIndex = -1;
      first.focus();
    });
    list.classList.add("folded");
    list.after(more);
  });
})();
