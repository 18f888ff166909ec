// The island that draws a process diagram: see parts/process-diagram.
export { mount } from './parts/process-diagram/index.js';
