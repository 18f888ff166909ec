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
  const buttonOf = ({ submitter, target }) => submitter ?? target.querySelector('button[type="submit"]');
  document.addEventListener('submit', (event) => {
    if (!isBusy(buttonOf(event))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  // Last of all, when nobody (a confirmation, a check, htmx) has stopped the browser from sending it.
  document.addEventListener('submit', (event) => {
    const button = buttonOf(event);
    if (button && !event.defaultPrevented && event.target.method === 'post') busy(button);
  });
  // Back from the next page by the browser's cache: the button may be pressed again.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) {
      document.querySelectorAll('.btn[aria-busy]').forEach((button) => busy(button, false));
    }
  });
}
