// The island of the dispatch board: see parts/dispatch.
export { mount } from './parts/dispatch/index.js';
