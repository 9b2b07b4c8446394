// The buttons of the masthead: light or dark whatever the machine prefers, remembered nowhere, and print.
(function () {
  const buttons = document.getElementById("acts");
  if (!buttons) return;
  const [theme, print] = buttons.querySelectorAll("button");
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const rules = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule.media && rule.media.mediaText.includes("prefers-color-scheme"));
  let dark = preferred.matches;
  theme.addEventListener("click", () => {
    dark = !dark;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    rules.forEach((rule) => { rule.media.mediaText = dark ? "screen" : "not all"; });
    theme.setAttribute("aria-pressed", String(dark));
  });
  theme.setAttribute("aria-pressed", String(dark));
  print.addEventListener("click", () => window.print());
  buttons.hidden = false;
})();
