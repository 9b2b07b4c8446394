// Nodes are built from text only: nothing that the data say is ever read as HTML.
"use strict";

function node(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((each) => each !== null && each !== undefined && each !== ""));
  return made;
}

// A number with the place in assessment.json where it can be looked up.
function figure(text, path, name) {
  return node("span", { class: name || "num", "data-path": path || null }, text);
}

function mark([tone, word]) {
  return node("span", { class: "b " + tone }, word);
}

// A sentence with its named places filled by texts or nodes.
function fill(text, values) {
  return text.split(/(\{\w+\})/).map((piece) => {
    const name = /^\{(\w+)\}$/.exec(piece);
    return name ? values[name[1]] : piece;
  });
}

function say(text, values) {
  return fill(text, values).join("");
}

function plain(text) {
  return text.normalize("NFKC").toLowerCase();
}

// Decimals without rounding: whole numbers of 10^-12, as many digits as the data have.
const SCALE = 12;

function units(text) {
  const [whole, rest] = text.split(".");
  return BigInt(whole + (rest || "").padEnd(SCALE, "0"));
}

function decimal(value) {
  const digits = String(value).padStart(SCALE + 1, "0");
  const rest = digits.slice(-SCALE).replace(/0+$/, "");
  return digits.slice(0, -SCALE) + (rest ? "." + rest : "");
}

// 100 x part / whole with so many digits, half up.
function percent(part, whole, digits) {
  const scale = BigInt(10) ** BigInt(digits);
  const two = BigInt(2);
  const value = (two * part * BigInt(100) * scale + whole) / (two * whole);
  const text = String(value).padStart(digits + 1, "0");
  return digits ? text.slice(0, -digits) + "." + text.slice(-digits) : text;
}
