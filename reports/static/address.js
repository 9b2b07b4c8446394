// Addresses inside the page: #gaps?unit=ID&q=TEXT&sort=-lost&page=2, #site=KEY. reports/addresses.py writes the same form.
function readAddress(hash) {
  const site = /^#site=(.*)$/.exec(hash);
  if (site) {
    try {
      return { site: decodeURIComponent(site[1]) };
    } catch {
      return { site: site[1] };
    }
  }
  const table = /^#(gaps|sites|records|criteria)(?:\?(.*))?$/.exec(hash);
  return table ? { table: table[1], told: [...new URLSearchParams(table[2] || "")] } : null;
}

function writeAddress(table, told) {
  const pairs = told.filter(([, value]) => value !== "").map(([name, value]) => name + "=" + encodeURIComponent(value));
  return "#" + table + (pairs.length ? "?" + pairs.join("&") : "");
}

function siteAddress(site) {
  return "#site=" + encodeURIComponent(site.key);
}
