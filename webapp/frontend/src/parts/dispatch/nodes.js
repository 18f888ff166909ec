// What stands in a row's head, in a visit and in a time in which somebody is not there.

export function rowNodes({ name, initials, hint, load, loadWords }) {
  const head = part('div', 'dispatch-row');
  const sign = part('span', 'avatar', initials);
  sign.setAttribute('aria-hidden', 'true');
  const words = part('div', '');
  words.append(part('b', '', name));
  if (hint) words.append(part('span', 'meta hint', hint));
  words.title = hint;
  if (load !== null) {
    const bar = document.createElement('progress');
    bar.max = 100;
    bar.value = Math.min(load, 100);
    bar.setAttribute('aria-label', loadWords);
    const line = part('span', `dispatch-load ${load > 90 ? 'warn' : ''}`);
    line.append(bar, part('span', 'meta', `${load}\u00a0%`));
    words.append(line);
  }
  head.append(sign, words);
  return [head];
}

export function visitNodes({ url, time, title, address, people, words }) {
  const box = part('div', 'dispatch-words');
  const link = part('a', '', title);
  link.href = url;
  link.draggable = false;
  // The end of a drag is a click as well: the board tells them apart. With the keyboard the link is a link.
  link.addEventListener('click', (event) => {
    if (event.detail > 0 && !event.ctrlKey && !event.metaKey) event.preventDefault();
  });
  box.append(link, part('span', '', `${time}${address ? ` · ${address}` : ''}`), part('span', 'state', words));
  // The whole of it for who points at it: a short visit has little room.
  box.title = [title, time, address, people, words].filter(Boolean).join(', ');
  return [box];
}

export function gapNodes({ words }) {
  return words ? [part('span', 'dispatch-why', words)] : [];
}

function part(name, classes, text) {
  const node = document.createElement(name);
  if (classes) node.className = classes.trim();
  if (text) node.textContent = text;
  return node;
}
