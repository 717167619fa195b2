// Short ways to the document.

/// The element with this id.
export const byId = (id) => document.getElementById(id);

/// A new element. Attributes that are null or false are left out; children are nodes or text.
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/// The same, for SVG.
export function drawing(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/// Sets a text only where it differs: what is selected or being read stays as it is.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/// Sets an attribute only where it differs, so that unchanged parts are not styled anew.
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/// Calls `render` soon, once for all changes until then. A hidden page is not drawn, but its title is read.
export function batched(render) {
  let waiting = false;
  const run = () => {
    waiting = false;
    render();
  };
  return () => {
    if (waiting) return;
    waiting = true;
    if (document.hidden) setTimeout(run, 100);
    else requestAnimationFrame(run);
  };
}
