// Sends a move to the server, which checks every rule.

// The server said no: message is its sentence.
export class Refused extends Error {}

// start: a Date whose local fields are the clock of the shop. Returns what the server says about it; throws Refused.
export async function send(address, start, more) {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { Accept: 'application/json', 'X-CSRFToken': document.querySelector('meta[name="csrf-token"]').content },
    body: new URLSearchParams({ start: clock(start), ...more }),
  });
  const { said, detail } = await answer.json();
  if (!answer.ok) throw new Refused(detail);
  return said;
}

function clock(date) {
  const two = (number) => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
