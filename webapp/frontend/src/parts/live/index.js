// Live updates: each server-sent event becomes a DOM event of its name on <body> (hx-trigger="inbox from:body").
// While somebody types in the list that would change, or points at it with a finger, the event waits.

const RETRY_MS = 400;

export function installLive() {
  const source = document.getElementById('live');
  if (!source) return;
  let pointing = false;
  document.addEventListener('pointerdown', () => { pointing = true; });
  for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, () => { pointing = false; });

  source.addEventListener('htmx:sse:before:message', (event) => {
    const { message } = event.detail;
    if (!message.event) return;
    event.detail.cancelled = true;
    pass(message.event, message.data, () => pointing);
  });
  // The stream was lost and is there again: what happened in between is fetched once.
  let lost = false;
  source.addEventListener('htmx:sse:error', () => { lost = true; });
  source.addEventListener('htmx:sse:after:connection', () => {
    if (lost) pass('reconnected', '', () => pointing);
    lost = false;
  });
}

const waiting = new Map();

// Several events of one name that wait become one.
function pass(name, data, isHeld) {
  if (waiting.has(name)) {
    waiting.set(name, data);
    return;
  }
  waiting.set(name, data);
  const attempt = () => {
    if (isHeld()) {
      setTimeout(attempt, RETRY_MS);
      return;
    }
    const last = waiting.get(name);
    waiting.delete(name);
    document.body.dispatchEvent(new CustomEvent(name, { detail: { data: last } }));
  };
  attempt();
}
