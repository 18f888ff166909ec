// Moving through a list: J, K and the arrows go from row to row, Enter opens it or presses its first remedy.
// A list is an element with data-rows; its rows are .row. The row that has the focus stays in view.

export function installRows() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable], dialog, .djs-container')) return;
    const step = stepOf(event);
    if (step && move(step)) event.preventDefault();
    if (event.key === 'Enter' && event.target.matches('.row')) event.target.querySelector('.btn.remedy, .btn')?.click();
  });
}

function stepOf({ key, code, target }) {
  const letters = document.body.dataset.singleKeys !== 'off';
  if (letters && code === 'KeyJ') return 1;
  if (letters && code === 'KeyK') return -1;
  const inList = target.closest('[data-rows]');
  return inList && { ArrowDown: 1, ArrowUp: -1 }[key];
}

function move(step) {
  const rows = [...document.querySelectorAll('[data-rows] .row')].filter((row) => row.checkVisibility());
  if (rows.length === 0) return false;
  const here = rows.indexOf(document.activeElement.closest('.row'));
  const current = here < 0 ? rows.findIndex((row) => row.hasAttribute('aria-current')) : here;
  const next = rows[Math.min(Math.max(current + step, 0), rows.length - 1)];
  const link = next.querySelector('a.row-name');
  if (!link) next.tabIndex = -1;
  (link ?? next).focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}
