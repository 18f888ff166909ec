// Chosen photos are seen before they are sent: a tile for each, in front of the tile that adds. Choosing again adds to them
// (a phone's camera gives one photo at a time); a press on a tile takes its photo out again.

const chosen = new WeakMap();

export function installTiles() {
  document.addEventListener('change', ({ target }) => {
    if (!target.matches('.tile.add input[type="file"]')) return;
    keep(target, [...(target.multiple ? chosen.get(target) ?? [] : []), ...target.files]);
  });
  // Back from the next page: browsers bring the chosen files back without telling.
  window.addEventListener('pageshow', () => {
    for (const input of document.querySelectorAll('.tile.add input[type="file"]')) {
      if (input.files.length) keep(input, [...input.files]);
    }
  });
}

function keep(input, files) {
  chosen.set(input, files);
  const carried = new DataTransfer();
  for (const file of files) carried.items.add(file);
  input.files = carried.files;
  const add = input.closest('.tile');
  for (const old of add.parentElement.querySelectorAll('.tile.chosen-file')) {
    URL.revokeObjectURL(old.querySelector('img').src);
    old.remove();
  }
  add.before(...files.map((file) => tile(input, add.dataset.remove, file)));
}

function tile(input, words, file) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'tile chosen-file';
  button.title = `${words}: ${file.name}`;
  const picture = document.createElement('img');
  picture.src = URL.createObjectURL(file);
  picture.alt = button.title;
  button.append(picture);
  button.addEventListener('click', () => {
    keep(input, chosen.get(input).filter((each) => each !== file));
    input.focus();
  });
  return button;
}
