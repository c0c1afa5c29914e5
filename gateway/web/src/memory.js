// What earlier answers said, for the placeholders of the example operations.
//
// `{{prd}}` stands for the product id seen last (ids are typed: prd_…, var_…, crt_…, ord_…), `{{sku}}` for the last SKU,
// `{{cartTotal}}` for the last cart's total, `{{key}}` for a new random one, `{{email}}` for an address nobody has yet.
import { createStore } from './store.js';
import { view } from './view.js';

const ID = /^([a-z]{3})_[0-9a-f]{32}$/;
/** The example whose answer brings the value of a placeholder. */
const STOREFRONT_SOURCES = {
  prd: 'Search with facets',
  var: 'Product page',
  sku: 'Product page',
  cat: 'Browse categories',
  crt: 'Create a cart',
  cartTotal: 'Create a cart',
  currency: 'Create a cart',
  ord: 'Check out',
  registeredEmail: 'Register',
};
const ADMIN_SOURCES = { prd: 'All products', sku: 'All products', ord: 'All orders' };
// Values that are remembered by the name of their field.
const BY_NAME = new Set(['sku', 'slug', 'number', 'version']);
const PLACEHOLDER = /\{\{(\w+)\}\}/g;

export const memory = createStore('seen', {});

/** Remembers the first id of each kind in an answer: the top hit of a list. */
export function remember(data) {
  const seen = {};
  visit(data, (key, value, owner) => {
    if (owner.availableForSale === false) return; // the next example wants to buy it
    const kind = typeof value === 'string' ? ID.exec(value)?.[1] : undefined;
    if (kind) seen[kind] ??= value;
    if (key === 'cart' || key === 'order') noteTotal(seen, `${key}Total`, value);
    if (BY_NAME.has(key) && value !== null && typeof value !== 'object') seen[key] ??= value;
  });
  if (Object.keys(seen).length > 0) memory.set(seen);
}

/** @returns {string} the text with every known placeholder filled in; the others stay */
export function fillPlaceholders(text) {
  return text.replace(PLACEHOLDER, (placeholder, name) => {
    const value = known(name);
    if (name === 'email') memory.set({ registeredEmail: value }); // for logging in with it afterwards
    return value ?? placeholder;
  });
}

/** @returns {string[]} titles of the examples to run first, because a placeholder of the text has no value yet */
export function comesAfter(text) {
  const sources = view.admin ? ADMIN_SOURCES : STOREFRONT_SOURCES;
  const names = [...text.matchAll(PLACEHOLDER)].map(match => match[1]).filter(name => known(name) === undefined);
  return [...new Set(names.map(name => sources[name] ?? name))];
}

function known(name) {
  if (name === 'key') return randomKey();
  if (name === 'email') return `shopper-${randomKey().slice(0, 8)}@example.com`;
  return memory.get()[name];
}

// crypto.randomUUID exists on https and localhost only; a gateway may well be opened by its address in the local network.
function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

function noteTotal(seen, name, entity) {
  const total = entity?.totals?.total ?? entity?.total?.gross ?? entity?.total;
  if (total?.amount !== undefined) {
    seen[name] ??= total.amount;
    seen.currency ??= total.currencyCode;
  }
}

function visit(value, note) {
  if (value === null || typeof value !== 'object') return;
  for (const [key, child] of Object.entries(value)) {
    note(key, child, value);
    visit(child, note);
  }
}
