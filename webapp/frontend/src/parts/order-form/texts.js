// The viewer's own words in the reader's language. build.mjs lets the few texts that the viewer does not translate by
// itself ("Select", "Search", "Browse") ask here too.

let dictionary = {};

// texts: {English text: translation}. A missing one stays English.
export function useTexts(texts) {
  dictionary = texts;
}

export const text = (english) => dictionary[english] || english;

// How dates are written: by the page's language. English without a country means the day first, as in all our texts.
export function dateLocale() {
  const language = document.documentElement.lang;
  return language === 'en' ? 'en-GB' : language || 'default';
}

// The viewer's translate hook: "{value}" places, filled also with 0.
export function translate(template, replacements = {}) {
  return text(template).replace(/{([^}]+)}/g, (place, name) => replacements[name] ?? place);
}
