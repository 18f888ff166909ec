// Refused answers: a sentence at each field, and a summary on top that leads to them.

// The viewer keeps errors by field id and row numbers; the server names them by path ("parts.0.qty").
export function toViewer(form, byPath) {
  const errors = {};
  const elsewhere = [];
  const instances = Object.values(form.get('formFieldInstanceRegistry').getAllKeyed());
  for (const [path, sentence] of Object.entries(byPath)) {
    const found = instances.find(({ valuePath }) => valuePath.join('.') === path);
    if (!found) {
      elsewhere.push(sentence);
      continue;
    }
    let place = errors;
    const keys = [found.id, ...Object.values(found.indexes ?? {})];
    keys.slice(0, -1).forEach((key) => { place = place[key] ??= {}; });
    place[keys.at(-1)] = [sentence];
  }
  return { errors, elsewhere };
}

// [{id, label}] of the fields that show an error now, in their order on the page.
export function shown(place) {
  return [...place.querySelectorAll('.fjs-form-field.fjs-has-errors')].map((field) => {
    const control = field.querySelector('input:not([type="hidden"]), textarea, button, [tabindex]');
    const name = field.querySelector('label, .fjs-form-field-label, legend');
    const label = (name?.textContent ?? '').replace(/\*\s*$/, '').trim();
    return { control, label };
  });
}

export function summary(phrases, fields, elsewhere) {
  const number = fields.length + elsewhere.length;
  const first = (number === 1 ? phrases.one_error : phrases.more_errors).replace('{number}', number);
  const banner = document.createElement('div');
  banner.className = 'banner bad order-form-banner';
  banner.setAttribute('role', 'alert');
  banner.tabIndex = -1;
  const words = document.createElement('div');
  const bold = document.createElement('b');
  bold.textContent = first;
  words.append(bold, ` ${phrases.kept}`);
  const links = document.createElement('div');
  links.className = 'cluster';
  for (const { control, label } of fields) {
    const link = document.createElement('a');
    link.href = `#${control?.id ?? ''}`;
    link.textContent = label;
    link.addEventListener('click', (event) => {
      event.preventDefault();
      control?.focus();
    });
    links.append(link);
  }
  for (const sentence of elsewhere) {
    const line = document.createElement('p');
    line.textContent = sentence;
    words.append(line);
  }
  words.append(links);
  banner.append(words);
  return banner;
}
