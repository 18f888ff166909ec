// A second press is ignored: the button that sent a form or a request shows that it is at work until the answer is there.

export function busy(button, isBusy = true) {
  if (isBusy) {
    button.setAttribute('aria-busy', 'true');
  } else {
    button.removeAttribute('aria-busy');
  }
}

export const isBusy = (button) => button?.getAttribute('aria-busy') === 'true';

export function installBusyButtons() {
  document.addEventListener('submit', (event) => {
    const button = event.submitter ?? event.target.querySelector('button[type="submit"]');
    if (!button || event.target.method === 'dialog') return;
    if (isBusy(button)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // After the browser has collected the form, and only if nobody (a confirmation, a check) has stopped it.
    queueMicrotask(() => {
      if (!event.defaultPrevented && event.target.method === 'post') busy(button);
    });
  }, true);
  // Back from the next page by the browser's cache: the button may be pressed again.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) {
      document.querySelectorAll('.btn[aria-busy]').forEach((button) => busy(button, false));
    }
  });
}
