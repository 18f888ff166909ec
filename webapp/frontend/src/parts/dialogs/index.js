// Native dialogs: data-opens="id" opens, data-closes closes, a press beside the dialog closes it too.
// What is on every page and rarely opened waits in <template data-holds="id">, or in <noscript data-holds="id"> where people
// without script need it, and is no part of the page until the dialog or popover of that id opens.

export function installDialogs() {
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-opens]');
    if (opener) {
      bring(opener.dataset.opens);
      const dialog = document.getElementById(opener.dataset.opens);
      opener.closest('[popover]')?.hidePopover();
      // No dialog on top of a dialog.
      if (dialog && !document.querySelector('dialog[open]')) dialog.showModal();
      return;
    }
    if (event.target.closest('[data-closes]')) {
      event.target.closest('dialog')?.close();
    } else if (event.target.matches('dialog[open]') && isOutside(event)) {
      event.target.close(); // browsers without closedby="any"
    }
  });
  document.addEventListener('beforetoggle', (event) => bring(event.target.id), true);
}

function bring(id) {
  const held = document.querySelector(`[data-holds="${id}"]`);
  if (held) held.outerHTML = held.innerHTML;
}

function isOutside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
