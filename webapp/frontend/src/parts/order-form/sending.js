// Sending the answers: one multipart request with the submission, what the page adds, and the chosen files.

// Gives {kind: "done", go_to}, {kind: "refused", errors}, {kind: "problem", title, detail, html} or {kind: "offline"}.
export async function send(action, { submission, fields, files, csrf, button }) {
  const body = new FormData();
  body.set('csrf_token', csrf);
  body.set('submission', JSON.stringify(submission));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  if (button?.name) body.set(button.name, button.value);
  for (const [key, chosen] of files) {
    for (const file of chosen) body.append(key, file, file.name);
  }
  let answer;
  try {
    answer = await fetch(action, { method: 'POST', body, headers: { Accept: 'application/json', 'X-CSRFToken': csrf } });
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'offline' };
    throw error;
  }
  if (answer.redirected) return { kind: 'done', go_to: answer.url };
  const isJson = (answer.headers.get('Content-Type') ?? '').includes('json');
  const told = isJson ? await answer.json() : {};
  if (answer.ok) return { kind: 'done', go_to: told.go_to ?? location.href };
  if (told.errors && Object.keys(told.errors).length) return { kind: 'refused', errors: told.errors };
  const detail = [told.detail, told.remedy, told.code].filter(Boolean).join(' ');
  return { kind: 'problem', status: answer.status, title: told.title, detail, html: told.html };
}
