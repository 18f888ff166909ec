// Islands: elements with data-island="form" get their script when they appear, also by an htmx swap, and are told when
// they leave. A module exports mount(element) and returns a function that ends it.

const mounted = new Map();

export function installIslands(modules) {
  const look = () => {
    for (const [element, ended] of mounted) {
      if (element.isConnected) continue;
      mounted.delete(element);
      ended.then((end) => end?.());
    }
    for (const element of document.querySelectorAll('[data-island]')) {
      if (!mounted.has(element)) mounted.set(element, start(element, modules[element.dataset.island]));
    }
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
}

async function start(element, load) {
  const { mount } = await load();
  return element.isConnected ? mount(element) : undefined;
}
