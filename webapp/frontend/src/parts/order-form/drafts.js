// Nothing typed is lost: a draft goes to the server a second after the last change, and stays in this browser's tab
// until the server has it. The server's copy is the truth; ours only bridges a lost network or a closed page.

const QUIET_MS = 1000;
const AGAIN_MS = 15_000;
const PATIENCE_MS = 2000;

export class Draft {
  // read(): the submission as it is now. tell(state, words): "saving", "saved", "offline" or "not_saved".
  constructor({ url, csrf, fields, read, tell }) {
    Object.assign(this, { url, csrf, fields, read, tell });
    this.key = `orderlane:draft:${document.body.dataset.person ?? ''}:${url}`;
    this.saved = JSON.stringify(read());
    this.timer = 0;
    this.isOver = false;
    this.isHeld = false;
    this.underway = Promise.resolve();
    this.whenOnline = () => this.save();
    window.addEventListener('online', this.whenOnline);
  }

  // What an earlier visit could not send, or null.
  unsent() {
    return JSON.parse(sessionStorage.getItem(this.key) ?? 'null');
  }

  get isDirty() {
    return !this.isOver && JSON.stringify(this.read()) !== this.saved;
  }

  changed() {
    if (!this.isDirty) return;
    sessionStorage.setItem(this.key, JSON.stringify(this.read()));
    this.later(QUIET_MS);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    if (this.isDirty && !this.isHeld) this.underway = this.put(leaving);
    return this.underway;
  }

  // The answers are being sent: a draft that is on its way arrives first, else the server refuses it as too late.
  hold() {
    this.isHeld = true;
    clearTimeout(this.timer);
    return Promise.race([this.underway, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  }

  // They were not taken: typing goes on.
  letGo() {
    this.isHeld = false;
    this.changed();
  }

  async put(leaving) {
    const submission = this.read();
    const sent = JSON.stringify(submission);
    this.tell('saving');
    try {
      const answer = await fetch(this.url, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': this.csrf },
        body: JSON.stringify({ ...this.fields, submission }),
        keepalive: leaving,
      });
      const body = await answer.json();
      if (!answer.ok) {
        this.tell('not_saved', body.detail);
        return;
      }
      this.saved = sent;
      if (!this.isDirty) sessionStorage.removeItem(this.key);
      this.tell('saved', body.saved);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      // fetch says TypeError when there is no network; a page instead of JSON comes from a proxy.
      this.tell('offline');
      if (!this.isOver) this.later(AGAIN_MS);
    }
  }

  // The answers are sent for good: nothing is left to keep.
  done() {
    this.isOver = true;
    clearTimeout(this.timer);
    sessionStorage.removeItem(this.key);
  }

  end() {
    window.removeEventListener('online', this.whenOnline);
    if (!this.isOver) this.save({ leaving: true });
    clearTimeout(this.timer);
  }
}
