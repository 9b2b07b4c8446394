// Marks in the bar of sections the one that is being read.
(function () {
  const links = [...document.querySelectorAll(".toc a")];
  const sections = links.map((link) => document.querySelector(link.hash));
  function show() {
    const line = innerHeight * 0.3;
    const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    const above = sections.filter((section) => section.getBoundingClientRect().top <= line).length;
    const read = end && scrollY > 0 ? links.length - 1 : Math.max(above - 1, 0);
    links.forEach((link, number) => {
      if (number === read) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }
  addEventListener("scroll", show, { passive: true });
  addEventListener("resize", show);
  show();
})();
