import { useSyncExternalStore } from 'react';
import { view } from './view.js';

/**
 * A value that components follow and plain code reads; kept in this browser tab's storage, so a reload keeps it and
 * closing the tab forgets it. The storefront and the admin page keep their own.
 *
 * @template {object} State
 * @param {string} name name in the tab's storage
 * @param {State} initial
 */
export function createStore(name, initial) {
  const key = `emporium:${view.name}:${name}`;
  let state = { ...initial, ...read(key) };
  const listeners = new Set();
  return {
    get: () => state,
    /** @param {Partial<State>} change */
    set(change) {
      state = { ...state, ...change };
      write(key, state);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @template State @param {{get: () => State, subscribe: (listener: () => void) => () => void}} store */
export function useStore(store) {
  return useSyncExternalStore(store.subscribe, store.get);
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}');
  } catch {
    return {}; // storage is switched off, or holds what an older page wrote
  }
}

function write(key, state) {
  try {
    sessionStorage.setItem(key, JSON.stringify(state));
  } catch {
    // storage is switched off or full: the page still works, it only forgets on reload
  }
}

/** GraphiQL's own storage (tabs, layout, theme), apart for each view. */
export function viewStorage() {
  const prefix = `${view.name}:`;
  const own = () => Object.keys(localStorage).filter(key => key.startsWith(prefix));
  return {
    getItem: key => localStorage.getItem(prefix + key),
    setItem: (key, value) => localStorage.setItem(prefix + key, value),
    removeItem: key => localStorage.removeItem(prefix + key),
    clear: () => own().forEach(key => localStorage.removeItem(key)),
    get length() {
      return own().length;
    },
  };
}
