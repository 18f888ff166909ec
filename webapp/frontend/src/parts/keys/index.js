// Shortcuts. An element with data-key="E" is pressed (a field: entered) by that key; data-go="I" by G and then I.
// Single letters work outside fields only and can be switched off (<body data-single-keys="off">).

const GO_WAITS_MS = 1500;
let goUntil = 0;

export function installKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || isCtrl(event)) return;
    const name = nameOf(event);
    if (name.length === 1 && !mayBeLetter(event)) return;
    if (press(name, event)) event.preventDefault();
  });
  // First of all: a list of the form viewer keeps every Enter to itself.
  document.addEventListener('keydown', (event) => {
    if (isCtrl(event) && press(nameOf(event), event)) event.preventDefault();
  }, { capture: true });
}

const isCtrl = ({ ctrlKey, metaKey }) => ctrlKey || metaKey;

// "Ctrl+Enter", "?", "E". Letters by what is written on the key, so that they work in a Cyrillic layout too.
function nameOf({ key, code, ctrlKey, metaKey, altKey }) {
  const letter = /^Key[A-Z]$/.test(code) && !/^[a-z]$/i.test(key) ? code.slice(3) : key;
  const name = letter.length === 1 ? letter.toUpperCase() : letter;
  return (isCtrl({ ctrlKey, metaKey }) ? 'Ctrl+' : '') + (altKey ? 'Alt+' : '') + name;
}

function mayBeLetter({ target }) {
  if (document.body.dataset.singleKeys === 'off') return false;
  return !target.closest('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], [role="combobox"]');
}

function press(name, event) {
  if (name === 'Escape') return escape();
  if (goUntil > event.timeStamp && name.length === 1) {
    goUntil = 0;
    return use(`[data-go="${CSS.escape(name)}"]`);
  }
  if (name === 'G') {
    goUntil = event.timeStamp + GO_WAITS_MS;
    return true;
  }
  return use(`[data-key="${CSS.escape(name)}"]`);
}

function use(selector) {
  const scope = document.querySelector('dialog[open]') ?? document;
  const element = [...scope.querySelectorAll(selector)].find(isThere);
  if (!element) return false;
  if (element.matches('input, textarea, select')) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
  return true;
}

// What lies in a closed menu may still be pressed by its key; what a page hides may not.
const isThere = (element) => element.closest('[popover]') || element.checkVisibility();

// Leaves a field first; then goes back to the list, where the page says which link that is (data-key="Escape").
function escape() {
  if (document.querySelector('dialog[open], [popover]:popover-open')) return false;
  const active = document.activeElement;
  if (active?.matches('input, textarea, select')) {
    active.blur();
    return true;
  }
  return use('[data-key="Escape"]');
}
