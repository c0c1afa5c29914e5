// What the last operation fetched: `extensions.plan` and `extensions.cost` of its answer.
import { createStore } from './store.js';

/**
 * @typedef {{id: number, path: string[], kind: string, asks: string, after: number | null, places: number, keys: number,
 *   keySample: string[], calls: number, rows: number, errors: number, most: {units: number, rpcs: number} | null,
 *   startedMs?: number, tookMs?: number, cache: {kept: number, joined: number, asked: number, brought: number} | null}} Fetch
 * @typedef {{fetches: Fetch[], reused: boolean, writtenBy: string, writeMs: number, tookMs: number}} Plan
 */

/** The last plan and cost, and of which operation they are. */
export const lastPlan = createStore('plan', { title: '', plan: null, cost: null });

/**
 * Takes the plan out of an answer, so that the answer reads as any other client's, and keeps it for the panel.
 *
 * @returns {object} the answer without it
 */
export function takePlan(answer, operation) {
  const { plan, ...rest } = answer?.extensions ?? {};
  if (!plan) return answer;
  const title = `${operation?.operation ?? 'query'} ${operation?.name?.value ?? ''}`.trim();
  lastPlan.set({ title, plan, cost: rest.cost ?? null });
  const { extensions: _, ...shown } = answer;
  return Object.keys(rest).length > 0 ? { ...shown, extensions: rest } : shown;
}

/**
 * The fetches as lines of a tree, parents before children; `rails` says what is drawn before each: `line` and `gap` for
 * the ancestors, then `tee` or `elbow`.
 *
 * @param {Fetch[]} fetches
 * @returns {{fetch: Fetch, rails: string[], isParent: boolean}[]}
 */
export function asTree(fetches) {
  const children = new Map();
  for (const fetch of fetches) children.set(fetch.after, [...(children.get(fetch.after) ?? []), fetch]);
  const lines = [];
  const visit = (parent, before) => {
    const siblings = children.get(parent) ?? [];
    siblings.forEach((fetch, index) => {
      const last = index === siblings.length - 1;
      const rails = parent === null ? [] : [...before, last ? 'elbow' : 'tee'];
      lines.push({ fetch, rails, isParent: children.has(fetch.id) });
      visit(fetch.id, parent === null ? [] : [...before, last ? 'gap' : 'line']);
    });
  };
  visit(null, []);
  return lines;
}

/** Where a fetch lies on the time line of the whole, in percent. */
export function span(fetch, plan) {
  const whole = Math.max(plan.tookMs, 0.01);
  const start = Math.min((fetch.startedMs / whole) * 100, 99);
  return { start, width: Math.max(1, Math.min((fetch.tookMs / whole) * 100, 100 - start)) };
}
