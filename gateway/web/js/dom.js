/** Building and patching elements. Text only ever goes in as text, so a name can't become markup. */

const SVG = "http://www.w3.org/2000/svg";

/** `h("button", { class: "x", onclick: f, "aria-label": "y" }, "text", child)`; falsy children are left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

/** A picture from icons.svg; decoration only, so hidden from screen readers. */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Sets text only where it differs: no needless layout, no needless announcement. */
export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** A custom property, by way of the CSSOM, which a strict CSP allows. */
export function setVar(element, name, value) {
  element.style.setProperty(`--${name}`, value);
}

/** Fills a bar between 0 and 1. */
export function setBar(bar, share, label) {
  const clamped = Math.max(0, Math.min(1, share || 0));
  setVar(bar, "share", clamped.toFixed(4));
  bar.setAttribute("aria-valuenow", Math.round(clamped * 100));
  if (label) bar.setAttribute("aria-valuetext", label);
}

export function bar(label, extra = "") {
  return h("div", { class: `bar ${extra}`, role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 }, h("i"));
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
