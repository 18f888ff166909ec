// Native dialogs: data-opens="id" opens, data-closes closes, a press beside the dialog closes it too.
// A dialog that is on every page and rarely opened waits in <template data-holds="id">, and is no part of the page until then.

export function installDialogs() {
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-opens]');
    if (opener) {
      const dialog = find(opener.dataset.opens);
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
}

function find(id) {
  const template = document.querySelector(`template[data-holds="${id}"]`);
  template?.replaceWith(template.content);
  return document.getElementById(id);
}

function isOutside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
