// Marks in the bar of sections the one that is being read.
(function () {
  const links = [...document.querySelectorAll(".toc a")];
  const seen = new IntersectionObserver(
    (entries) => {
      const entry = entries.find((each) => each.isIntersecting);
      if (!entry) return;
      for (const link of links) {
        if (link.hash === "#" + entry.target.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-20% 0px -70% 0px" }
  );
  document.querySelectorAll("main > section").forEach((section) => seen.observe(section));
})();
