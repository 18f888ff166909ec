// The island that draws an order form: see parts/order-form.
export { mount } from './parts/order-form/index.js';
