// Looking at a diagram: fit, zoom, pan by buttons and keys, and the switch to the list.

const EDGE = 20;
const LOGO = 60; // stays free at the bottom: the logo and the tools stand there
const STEP = 60;
const LABELS_FROM = 0.6;

export function fit(viewer, canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !height) return;
  const view = viewer.get('canvas');
  const { inner } = view.viewbox();
  const scale = Math.min((width - 2 * EDGE) / inner.width, (height - EDGE - LOGO) / inner.height, 1.2);
  if (!Number.isFinite(scale) || scale <= 0) return;
  const free = width / scale - inner.width;
  view.viewbox({ x: inner.x - free / 2, y: inner.y - EDGE / scale, width: width / scale, height: height / scale });
}

// The small drawing of an order card: all of it where that says something, else the surroundings of where the order is now.
const TELLING = 0.3;
const NEAR = 0.5;

export function fitAround(viewer, canvas, ids) {
  fit(viewer, canvas);
  const view = viewer.get('canvas');
  const here = ids.map((id) => viewer.get('elementRegistry').get(id)).filter(Boolean);
  if (view.viewbox().scale >= TELLING || !here.length) return;
  const { clientWidth, clientHeight } = canvas;
  const x = middle(here, 'x', 'width');
  const y = middle(here, 'y', 'height');
  const width = clientWidth / NEAR;
  const height = (clientHeight - LOGO / 2) / NEAR;
  view.viewbox({ x: x - width / 2, y: y - height / 2, width, height: clientHeight / NEAR });
}

function middle(elements, start, size) {
  const low = Math.min(...elements.map((each) => each[start]));
  const high = Math.max(...elements.map((each) => each[start] + each[size]));
  return (low + high) / 2;
}

export function installTools(element, viewer, signal) {
  const canvas = element.querySelector('.diagram-canvas');
  viewer.on('canvas.viewbox.changed', ({ viewbox }) => {
    canvas.classList.toggle('is-far', viewbox.scale < LABELS_FROM);
  });
  element.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-zoom], [data-as-list]');
    if (!button) return;
    if (button.hasAttribute('data-as-list')) switchToList(element, button);
    else zoom(viewer, canvas, button.dataset.zoom);
  }, { signal });
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { dx, dy, way } = ofKey(event.key);
    if (way) zoom(viewer, canvas, way);
    else if (dx || dy) viewer.get('canvas').scroll({ dx, dy });
    else return;
    event.preventDefault();
  }, { signal });
}

function ofKey(key) {
  return {
    ArrowLeft: { dx: STEP, dy: 0 },
    ArrowRight: { dx: -STEP, dy: 0 },
    ArrowUp: { dx: 0, dy: STEP },
    ArrowDown: { dx: 0, dy: -STEP },
    '+': { way: 'in' },
    '=': { way: 'in' },
    '-': { way: 'out' },
    0: { way: 'fit' },
  }[key] ?? {};
}

function zoom(viewer, canvas, way) {
  if (way === 'fit') fit(viewer, canvas);
  else viewer.get('zoomScroll').stepZoom(way === 'in' ? 1 : -1);
}

function switchToList(element, button) {
  const list = document.getElementById(button.getAttribute('aria-controls'));
  const shows = list.hidden;
  list.hidden = !shows;
  button.setAttribute('aria-expanded', String(shows));
  element.classList.toggle('as-list', shows);
}
