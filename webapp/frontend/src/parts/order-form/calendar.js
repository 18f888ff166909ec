// Month and day names of the date picker; the first day of the week of that language.
import flatpickr from 'flatpickr';

const CALENDARS = {
  id: () => import('flatpickr/dist/esm/l10n/id.js').then(({ Indonesian }) => Indonesian),
  ro: () => import('flatpickr/dist/esm/l10n/ro.js').then(({ Romanian }) => Romanian),
  ru: () => import('flatpickr/dist/esm/l10n/ru.js').then(({ Russian }) => Russian),
  sv: () => import('flatpickr/dist/esm/l10n/sv.js').then(({ Swedish }) => Swedish),
  uk: () => import('flatpickr/dist/esm/l10n/uk.js').then(({ Ukrainian }) => Ukrainian),
  zh: () => import('flatpickr/dist/esm/l10n/zh.js').then(({ Mandarin }) => Mandarin),
};

export async function useCalendarOf(language) {
  const load = CALENDARS[language.split('-')[0]];
  if (load) flatpickr.localize(await load());
}
