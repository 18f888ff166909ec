// A signature: the name of who signs, and a drawing of it by finger, pen or mouse. The value is the name; the drawing goes
// along as a file called after the field (engine/forms/signatures.py). With the keyboard the name alone is the signature.
import { Description, Errors, Label } from '@bpmn-io/form-js-viewer';
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const PREFIX = 'files::signature-';
const HEIGHT = 160;
// Paper and ink, in dark pages too: the drawing is printed later.
const PAPER = '#ffffff';
const INK = '#16202e';

// Whether a file of the form is such a drawing.
export const isDrawing = (key) => key.startsWith(PREFIX);

// The module for the form viewer. phrases: our texts in the reader's language.
export function signatureField(phrases) {
  class SignatureField {
    constructor(formFields, fileRegistry) {
      formFields.register('signature', fieldOf(phrases, fileRegistry));
    }
  }
  SignatureField.$inject = ['formFields', 'fileRegistry'];
  return { __init__: ['signatureField'], signatureField: ['type', SignatureField] };
}

function fieldOf(phrases, fileRegistry) {
  function Signature({ field, fieldInstance, domId, value = '', errors = [], disabled, readonly, onChange, onBlur, onFocus }) {
    const { label, description, validate = {} } = field;
    const key = PREFIX + fieldInstance.valuePath.join('-');
    const isFixed = disabled || readonly;
    const ids = { description: `${domId}-description`, errors: `${domId}-error-message` };
    const state = isFixed ? (disabled ? 'fjs-disabled' : 'fjs-readonly') : '';
    return h('div', { class: `fjs-form-field fjs-form-field-signature ${state} ${errors.length ? 'fjs-has-errors' : ''}` }, [
      h(Label, { htmlFor: domId, label, required: validate.required }),
      h('input', {
        class: 'fjs-input', id: domId, type: 'text', autocomplete: 'off', value, disabled, readOnly: readonly,
        required: validate.required, 'aria-invalid': errors.length > 0, 'aria-describedby': `${ids.description} ${ids.errors}`,
        onInput: (event) => onChange({ value: event.target.value }), onBlur: () => onBlur?.(), onFocus: () => onFocus?.(),
      }),
      isFixed ? null : h(Pad, { phrases, keep: (file) => keep(fileRegistry, key, file, phrases) }),
      h(Description, { id: ids.description, description }),
      h(Errors, { id: ids.errors, errors }),
    ]);
  }
  Signature.config = {
    type: 'signature', keyed: true, name: 'Signature', group: 'basic-input', emptyValue: '',
    sanitizeValue: ({ value }) => (typeof value === 'string' ? value.replace(/[\r\n\t]/g, ' ') : ''),
    create: (options = {}) => ({ label: 'Signed by', ...options }),
  };
  return Signature;
}

function keep(fileRegistry, key, blob, phrases) {
  if (!blob) fileRegistry.deleteFiles(key);
  else fileRegistry.setFiles(key, [new File([blob], `${phrases.signature}.png`, { type: 'image/png' })]);
}

// The place to draw on. keep(blob): what is drawn now, null when nothing is.
function Pad({ phrases, keep: keepDrawing }) {
  const canvas = useRef(null);
  const line = useRef(null);
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => {
    clear(canvas.current);
    // A field that a condition hides takes its drawing with it.
    return () => keepDrawing(null);
  }, []);

  const begin = (event) => {
    if (!event.isPrimary || event.button > 0) return;
    event.preventDefault();
    canvas.current.setPointerCapture(event.pointerId);
    line.current = placeOf(event);
    stroke(canvas.current, line.current, line.current);
  };
  const go = (event) => {
    if (!line.current) return;
    const next = placeOf(event);
    stroke(canvas.current, line.current, next);
    line.current = next;
  };
  const end = () => {
    if (!line.current) return;
    line.current = null;
    setDrawn(true);
    canvas.current.toBlob((blob) => keepDrawing(blob), 'image/png');
  };
  const again = () => {
    clear(canvas.current);
    setDrawn(false);
    keepDrawing(null);
  };
  return h('div', { class: 'signature-pad' }, [
    h('canvas', {
      ref: canvas, role: 'img', 'aria-label': phrases.sign_here, onPointerDown: begin, onPointerMove: go, onPointerUp: end, onPointerCancel: end,
    }),
    isDrawn ? null : h('span', { class: 'signature-hint', 'aria-hidden': 'true' }, phrases.sign_here),
    h('div', { class: 'signature-below' }, [
      h('span', null, phrases.sign_typed),
      isDrawn ? h('button', { type: 'button', class: 'button small', onClick: again }, phrases.sign_again) : null,
    ]),
  ]);
}

// The canvas has as many points as the screen shows, so that a thin line stays one.
function clear(canvas) {
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.max(canvas.clientWidth, 200) * density;
  canvas.height = HEIGHT * density;
  const pen = canvas.getContext('2d');
  pen.scale(density, density);
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, canvas.width, canvas.height);
}

function stroke(canvas, from, to) {
  const pen = canvas.getContext('2d');
  Object.assign(pen, { strokeStyle: INK, lineWidth: 2.2, lineCap: 'round', lineJoin: 'round' });
  pen.beginPath();
  pen.moveTo(from.x, from.y);
  pen.lineTo(to.x + 0.01, to.y);
  pen.stroke();
}

function placeOf(event) {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
