// A process diagram on light paper: bpmn-js's viewer with badges, the path taken, where it is now; the same facts stand
// beside it as a list. What the page must give is written at the top of templates/parts/diagrams.html.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { paint } from './marks.js';
import { SmallViewer } from './small.js';
import { fit, fitAround, installTools } from './view.js';

export async function mount(element) {
  const given = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  const canvas = element.querySelector('.diagram-canvas');
  const isSmall = element.hasAttribute('data-small');
  const viewer = new (isSmall ? SmallViewer : NavigatedViewer)({
    container: canvas,
    textRenderer: { defaultStyle: { fontFamily: 'system-ui, "Noto Sans", sans-serif' } },
  });
  const ended = new AbortController();
  installTools(element, viewer, ended.signal);
  try {
    await viewer.importXML(given.xml);
    if (viewer.get('elementRegistry').filter(({ parent }) => parent).length === 0) throw new Error('It has no shapes.');
  } catch (error) {
    // A file without a drawing, or one that cannot be read: the list has the same facts.
    canvas.hidden = true;
    showList(element, given.phrases.broken, error);
    return () => viewer.destroy();
  }
  name(canvas, given.name);
  paint(viewer, given, isSmall);
  const look = () => (isSmall ? fitAround(viewer, canvas, Object.keys(given.current)) : fit(viewer, canvas));
  look();
  const resized = new ResizeObserver(look);
  resized.observe(canvas);
  if (element.dataset.nodeUrl) pickNodes(element, viewer, given.selected);
  element.dataset.ready = '';
  return () => {
    resized.disconnect();
    ended.abort();
    viewer.destroy();
  };
}

function name(canvas, words) {
  const svg = canvas.querySelector('svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', words);
}

// A pressed node opens its list, docked; nothing pops over the diagram.
function pickNodes(element, viewer, selected) {
  const { nodeUrl, nodeTarget } = element.dataset;
  viewer.on('element.click', ({ element: node }) => {
    const picked = node.labelTarget ?? node;
    if (picked.waypoints || !picked.parent || /Participant|Lane|Process|Collaboration/.test(picked.type)) return;
    window.htmx.ajax('GET', nodeUrl.replace('NODE', encodeURIComponent(picked.id)), { target: nodeTarget });
  });
  const node = selected && viewer.get('elementRegistry').get(selected);
  if (node) viewer.get('selection').select(node);
}

function showList(element, sentence, error) {
  console.info(`The diagram could not be drawn: ${error.message}`);
  const note = document.createElement('p');
  note.className = 'second';
  note.textContent = sentence;
  element.prepend(note);
  element.querySelector('.diagram-tools')?.remove();
  element.querySelector('.diagram-list')?.removeAttribute('hidden');
}
