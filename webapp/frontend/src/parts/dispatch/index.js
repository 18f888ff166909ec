// The dispatch board: a timeline of rows (people, crews, vehicles) on event-calendar. A visit is dragged to another time or
// row; the server has the last word: what it refuses goes back to where it was, with its sentence. What the page must give
// is written in webapp/dispatch/drawing.py. The same facts stand beside it as a list, and each visit opens its form.
import { createCalendar, destroyCalendar, Interaction, ResourceTimeline } from '@event-calendar/core';
import { gapNodes, rowNodes, visitNodes } from './nodes.js';
import { Refused, send } from './moving.js';
import { say } from '../toasts/index.js';

// A half hour and a day are at least so wide; the heads of the rows take so much.
const LEAST_SLOT = 33;
const LEAST_DAY = 94;
const HEAD = 192;

export function mount(element) {
  // On a small screen the list is shown instead.
  if (!element.checkVisibility()) return undefined;
  const given = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  const canvas = element.querySelector('.dispatch-canvas');
  const calendar = createCalendar(canvas, [ResourceTimeline, Interaction], optionsOf(given, canvas.clientWidth));
  const mend = () => mendRoles(canvas, given.phrases.board);
  const watch = new MutationObserver(mend);
  watch.observe(canvas, { childList: true, subtree: true });
  mend();
  element.dataset.ready = '';
  return () => {
    watch.disconnect();
    destroyCalendar(calendar);
  };
}

function optionsOf(given, width) {
  const isWeek = given.span === 'week';
  const [from, to] = given.hours.map((hour) => parseInt(hour, 10));
  return {
    // In a week each day is a column with its visits one under the other: a drag changes the day, not the time of day.
    ...(isWeek ? { view: 'resourceTimelineMonth', duration: { weeks: 1 }, columnWidth: `${Math.max(LEAST_DAY, Math.floor((width - HEAD) / 7))}px` } : { view: 'resourceTimelineDay' }),
    date: given.day,
    locale: given.locale === 'en' ? 'en-GB' : given.locale,
    firstDay: 1,
    headerToolbar: { start: '', center: '', end: '' },
    slotMinTime: given.hours[0],
    slotMaxTime: given.hours[1],
    slotDuration: isWeek ? { days: 1 } : '00:30',
    slotLabelInterval: '01:00',
    slotLabelFormat: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    dayHeaderFormat: { weekday: 'short', day: 'numeric', month: 'short' },
    slotWidth: Math.max(LEAST_SLOT, Math.floor((width - HEAD) / (2 * (to - from)))),
    snapDuration: '00:15',
    editable: given.mayMove,
    eventStartEditable: given.mayMove,
    eventDurationEditable: given.mayMove && !isWeek,
    longPressDelay: 300,
    resources: given.rows.map((row) => ({ id: row.id, title: { domNodes: rowNodes(row) }, extendedProps: row })),
    events: [...given.gaps.map((gap, number) => gapEvent(gap, number, isWeek)), ...given.visits.map(visitEvent)],
    eventContent: ({ event }) => ({ domNodes: event.display === 'background' ? gapNodes(event.extendedProps) : visitNodes(event.extendedProps) }),
    eventClick: ({ event }) => window.location.assign(event.extendedProps.url),
    eventDrop: ({ event, oldResource, newResource, revert }) =>
      move(given, event, revert, newResource ? { from: oldResource.id, to: newResource.id } : {}),
    eventResize: ({ event, revert }) => move(given, event, revert, { minutes: Math.round((event.end - event.start) / 60_000) }),
  };
}

function visitEvent(visit) {
  return {
    id: visit.id,
    resourceIds: visit.rows,
    start: visit.start,
    end: visit.end,
    title: visit.title,
    editable: visit.isMovable,
    startEditable: visit.isMovable,
    durationEditable: visit.isMovable,
    classNames: ['dispatch-event', visit.tone],
    extendedProps: visit,
  };
}

function gapEvent(gap, number, isWeek) {
  return {
    id: `gap-${number}`,
    resourceIds: [gap.row],
    start: gap.start,
    end: gap.end,
    display: 'background',
    allDay: isWeek,
    classNames: ['dispatch-gap', ...(gap.words ? ['is-absence'] : [])],
    extendedProps: gap,
  };
}

async function move(given, event, revert, more) {
  try {
    const said = await send(event.extendedProps.move, event.start, more);
    await window.htmx.ajax('GET', window.location.href, { target: '#dispatch', select: '#dispatch', swap: 'outerHTML' });
    say(said);
  } catch (error) {
    revert();
    tell(error instanceof Refused ? error.message : given.phrases.failed);
  }
}

// The sentence stands on the page until the next one: a refusal is no toast.
function tell(sentence) {
  const banner = document.getElementById('dispatch-refusal').content.firstElementChild.cloneNode(true);
  banner.setAttribute('role', 'alert');
  banner.querySelector('b').textContent = sentence;
  document.getElementById('dispatch-said').replaceChildren(banner);
  banner.scrollIntoView({ block: 'nearest' });
}

// Its roles of a table stand in no table, and a visit is no button: the link inside it is what the keyboard reaches.
function mendRoles(canvas, name) {
  for (const part of canvas.querySelectorAll('[role]')) part.removeAttribute('role');
  for (const part of canvas.querySelectorAll('.dispatch-event[tabindex]')) part.removeAttribute('tabindex');
  for (const part of canvas.querySelectorAll('[aria-colindex]')) {
    for (const each of ['aria-colindex', 'aria-colspan', 'aria-rowindex']) part.removeAttribute(each);
  }
  if (canvas.getAttribute('role') !== 'group') {
    canvas.setAttribute('role', 'group');
    canvas.setAttribute('aria-label', name);
  }
}
