// A toast says what is done and leaves after ten seconds; it stays while somebody points at it or stands on its button.

const STAYS_MS = 10_000;

export function installToasts() {
  const place = document.getElementById('toasts');
  if (!place) return;
  place.querySelectorAll('.toast').forEach(leaveInTime);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.matches?.('.toast')) leaveInTime(node);
      }
    }
  }).observe(place, { childList: true, subtree: true });
}

// For those who listen: "Saved at 10:38". Polite; one sentence replaces the one before.
export function say(sentence) {
  const place = document.getElementById('said');
  if (place) place.textContent = sentence;
}

function leaveInTime(toast) {
  let timer = setTimeout(() => toast.remove(), STAYS_MS);
  const stay = () => clearTimeout(timer);
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), STAYS_MS);
  };
  toast.addEventListener('mouseenter', stay);
  toast.addEventListener('focusin', stay);
  toast.addEventListener('mouseleave', leave);
  toast.addEventListener('focusout', leave);
}
