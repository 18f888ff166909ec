// What stands on the diagram: badges, heat, the path taken, the current nodes. Colours are those of the light paper.

const HEAT = { 1: '#e7eefc', 2: '#ffe7b5', 3: '#fbc7c2' };
const ACCENT = '#2456c8';
const BAD = '#b3261e';
const OF_STATE = { open: [ACCENT, '#eaf0fd'], waiting: ['#6a3fb5', '#f1ebfc'], late: [BAD, '#fdebea'], failed: [BAD, '#fdebea'] };
// Badges keep 12 px whatever the zoom.
const SCALE = { min: 1, max: 1.4 };

export function paint(viewer, { nodes, taken, current, phrases }, isSmall) {
  const registry = viewer.get('elementRegistry');
  // Lanes may run through a sub-process: it must not hide them.
  for (const around of registry.filter(isOpenSubProcess)) colour(viewer, around, undefined, 'none');
  for (const id of taken) colour(viewer, registry.get(id), ACCENT);
  for (const node of nodes) {
    const element = registry.get(node.id);
    if (!element) continue; // gone from this version of the diagram
    const bad = (node.late ?? 0) + (node.stuck ?? 0) + (node.incidents ?? 0);
    if (node.heat) colour(viewer, element, node.heat === 3 || node.stuck || node.incidents ? BAD : undefined, HEAT[node.heat]);
    if (node.open) badge(viewer, element, { top: -10, right: 14 }, '', node.open, phrases.open);
    if (bad) badge(viewer, element, { bottom: 10, right: 18 }, 'bad', bad, phrases.late);
  }
  for (const [id, state] of Object.entries(current)) {
    const element = registry.get(id);
    if (!element) continue;
    colour(viewer, element, ...(OF_STATE[state] ?? OF_STATE.open));
    viewer.get('canvas').addMarker(element, 'is-current');
    if (isSmall) callout(viewer, element, phrases.now);
  }
  if (isSmall) fade(viewer, new Set([...taken, ...Object.keys(current)]));
}

function isOpenSubProcess({ type, di }) {
  return type === 'bpmn:SubProcess' && di?.isExpanded;
}

// Through the drawing's own colour attributes, so that arrow heads and icons follow.
function colour(viewer, element, stroke, fill) {
  if (!element) return;
  const { di } = element;
  if (stroke) di.set('bioc:stroke', stroke);
  if (fill) di.set('bioc:fill', fill);
  const kind = element.waypoints ? 'connection' : 'shape';
  viewer.get('graphicsFactory').update(kind, element, viewer.get('canvas').getGraphics(element));
  if (element.waypoints && stroke) viewer.get('canvas').addMarker(element, 'is-taken');
}

function badge(viewer, element, position, tone, number, phrase) {
  const sign = document.createElement('span');
  sign.className = `badge ${tone}`;
  sign.title = phrase.replace('{number}', number);
  sign.textContent = number;
  viewer.get('overlays').add(element, { position, html: sign, scale: SCALE });
}

// On the small drawing of an order card, where nothing else has a name.
function callout(viewer, element, phrase) {
  const sign = document.createElement('span');
  sign.className = 'callout';
  sign.textContent = phrase.replace('{name}', element.businessObject.name ?? '');
  viewer.get('overlays').add(element, { position: { bottom: -6, left: element.width / 2 }, html: sign, scale: SCALE });
}

function fade(viewer, kept) {
  const canvas = viewer.get('canvas');
  viewer.get('elementRegistry').forEach((element) => {
    if (element.parent && !kept.has(element.id) && !kept.has(element.labelTarget?.id)) canvas.addMarker(element, 'is-faded');
  });
}
