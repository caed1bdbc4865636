/**
 * Builds elements without markup: names and texts from people can never become tags.
 *
 * @param {string} tag
 * @param {Record<string, any>} [attributes] - `text` sets the text, `on…` a listener
 * @param {...Node} children
 * @returns {any} the element
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/**
 * @param {string} name - of a template that the server has rendered, see panels.html
 * @returns {any} its content, to be put into the page
 */
export function stamp(name) {
  const template = /** @type {any} */ (document.querySelector(`template[data-collaborator-panel="${name}"]`));
  return document.importNode(template.content, true);
}

/** @param {Element} node @param {string} text - set only when it differs, or it would be announced again */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A list that unfolds is closed by Escape, and by a press on anything else or on one of its buttons. @param {any} fold - `<details>` */
export function foldable(fold) {
  const close = () => {
    if (fold.open && fold.contains(document.activeElement)) fold.querySelector("summary").focus();
    fold.open = false;
  };
  fold.addEventListener("keydown", (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && close());
  document.addEventListener("click", ({ target }) => {
    const { parentNode } = /** @type {any} */ (target).closest?.("button, summary") || {};
    if (!fold.contains(target) || (parentNode && parentNode !== fold)) close();
  });
}
