// Sends operations: HTTP to the page's own endpoint, subscriptions over graphql-transport-ws at the same path.
import { createClient } from 'graphql-ws';
import { getOperationAST, parse } from 'graphql';
import { createStore } from './store.js';
import { comesAfter, fillPlaceholders, remember } from './memory.js';
import { takePlan } from './plan.js';
import { adopt, session, sessionHeaders } from './session.js';

/** How the last request went, shown under its answer. */
export const lastRequest = createStore('last-request', { summary: '' });

const LOGINS = new Set(['tokenCreate', 'tokenRefresh']);

/**
 * @param {string} endpoint path of the GraphQL endpoint
 * @param {string} tokenEndpoint path where tokens are renewed
 */
export function createFetcher(endpoint, tokenEndpoint) {
  return async function fetchOperation(parameters, options = {}) {
    const request = prepare(parameters);
    const first = comesAfter(JSON.stringify(parameters.variables ?? {}));
    if (first.length > 0) return failure(`Not sent: run “${first.join('” and “')}” first.`);
    try {
      const headers = { ...(await sessionHeaders(tokenEndpoint)), ...options.headers };
      if (request.kind === 'subscription') return subscribe(endpoint, request, headers);
      return await send(endpoint, request, headers);
    } catch (reason) {
      return failure(`The gateway does not answer (${reason.message}). Is it still running?`);
    }
  };
}

function prepare({ query, operationName, variables }) {
  const body = { query, operationName: operationName || undefined, variables: filled(variables) };
  try {
    const document = parse(query);
    // The editor reports the operation's name a moment late; a document of one operation needs none.
    const operation = getOperationAST(document, operationName) ?? getOperationAST(document);
    if (operation) body.operationName = operation.name?.value;
    return { body, operation, kind: operation?.operation };
  } catch {
    return { body }; // the server says what is wrong with it
  }
}

function filled(variables) {
  return variables && JSON.parse(fillPlaceholders(JSON.stringify(variables)));
}

async function send(endpoint, { body, operation }, headers) {
  const introspection = body.operationName === 'IntrospectionQuery';
  const started = performance.now();
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(!introspection && { 'Emporium-Plan': '1' }),
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const answer = parsed(text);
  if (!introspection) {
    note(response, performance.now() - started, text.length, answer);
    if (answer?.data) learn(answer.data, operation, body.variables);
  }
  if (answer) return takePlan(answer, operation);
  return failure(`HTTP ${response.status}: ${text.slice(0, 2000) || response.statusText}`);
}

function failure(message) {
  return { errors: [{ message }] };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function note(response, milliseconds, bytes, answer) {
  const { rpcs, cost } = answer?.extensions ?? {};
  const parts = [
    `HTTP ${response.status}`,
    `${milliseconds.toFixed(0)} ms`,
    bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`,
    rpcs?.count !== undefined && `${rpcs.count} ${rpcs.count === 1 ? 'RPC' : 'RPCs'}`,
    cost && `cost ${cost.actual.units}`,
    response.headers.get('X-Request-ID') && `request ${response.headers.get('X-Request-ID')}`,
  ];
  lastRequest.set({ summary: parts.filter(Boolean).join(' · ') });
}

/** Keeps what a later request needs: ids for placeholders, the guest's cart token, the tokens of a login. */
function learn(data, operation, variables) {
  remember(data);
  for (const { name, alias } of operation?.selectionSet.selections ?? []) {
    const result = data[alias?.value ?? name?.value];
    if (name?.value === 'cartCreate' && result?.token) session.set({ cartToken: result.token });
    if (LOGINS.has(name?.value) && result?.accessToken) adopt(result, variables?.input?.email);
  }
}

/** One socket per subscription, so that each carries the headers of its own start. */
function subscribe(endpoint, { body, operation }, headers) {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const client = createClient({
    url: `${scheme}//${location.host}${endpoint}`,
    connectionParams: headers,
    retryAttempts: 0,
  });
  lastRequest.set({ summary: 'subscribed over graphql-transport-ws' });
  return answers(client, { ...body, extensions: { plan: true } }, operation);
}

async function* answers(client, body, operation) {
  try {
    for await (const answer of client.iterate(body)) {
      if (answer.data) remember(answer.data);
      yield takePlan(answer, operation);
    }
  } catch (reason) {
    throw explained(reason);
  } finally {
    client.dispose();
  }
}

function explained(reason) {
  if (typeof CloseEvent !== 'undefined' && reason instanceof CloseEvent) {
    return new Error(`The connection was closed: ${reason.code} ${reason.reason}`.trim());
  }
  return reason;
}
