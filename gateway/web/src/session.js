// Who the page acts as: the access token, its renewal, and the guest's cart token.
import { createStore } from './store.js';

const RENEW_BEFORE_EXPIRY_S = 20;
const REFRESH = `mutation RenewSession($input: TokenRefreshInput!) {
  tokenRefresh(input: $input) { accessToken refreshToken userErrors { message } }
}`;

const REVOKE = `mutation EndSession($input: TokenRevokeInput!) {
  tokenRevoke(input: $input) { userErrors { message } }
}`;

const SIGNED_OUT = { accessToken: '', refreshToken: '', email: '' };

export const session = createStore('session', {
  ...SIGNED_OUT,
  cartToken: '',
  demoOffered: true, // until the gateway says that it has no demo logins
  notice: '',
});

/** @param {'shopper' | 'admin'} role */
export async function logInAsDemo(role) {
  const response = await fetch('/dev/demo-login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ role }),
  });
  if (response.status === 404) {
    session.set({ demoOffered: false, notice: 'This gateway has no demo logins.' });
    return;
  }
  if (!response.ok) {
    session.set({ notice: `The demo login failed (HTTP ${response.status}).` });
    return;
  }
  const { accessToken, refreshToken, email } = await response.json();
  session.set({ accessToken, refreshToken, email, notice: '' });
}

/**
 * Takes over the tokens of a login that the user ran as an ordinary operation.
 *
 * @param {{accessToken: string, refreshToken?: string}} tokens
 * @param {string} [email] whose they are, when the operation said so
 */
export function adopt({ accessToken, refreshToken = '' }, email = session.get().email) {
  session.set({ accessToken, refreshToken, email, notice: '' });
}

/** @param {string} endpoint where the session is ended; if nobody answers there, the page forgets it all the same */
export function logOut(endpoint) {
  const { refreshToken } = session.get();
  session.set({ ...SIGNED_OUT, notice: '' });
  if (refreshToken) post(endpoint, REVOKE, { refreshToken }).catch(() => {});
}

export function forgetCart() {
  session.set({ cartToken: '' });
}

/**
 * Headers for the next request; renews the access token first when it is about to expire.
 *
 * @param {string} endpoint where tokens are renewed
 * @returns {Promise<Record<string, string>>}
 */
export async function sessionHeaders(endpoint) {
  if (expiresSoon(session.get().accessToken)) await renewOnce(endpoint);
  const { accessToken, cartToken } = session.get();
  return {
    ...(accessToken && { Authorization: `Bearer ${accessToken}` }),
    ...(cartToken && { 'Emporium-Cart-Token': cartToken }),
  };
}

let renewal = null;

/** Requests that find the token expired at the same time share one renewal: a refresh token is good for one use. */
function renewOnce(endpoint) {
  renewal ??= renew(endpoint).finally(() => {
    renewal = null;
  });
  return renewal;
}

async function renew(endpoint) {
  const { refreshToken } = session.get();
  const response = await post(endpoint, REFRESH, { refreshToken });
  const answer = await response.json().catch(() => null);
  const renewed = answer?.data?.tokenRefresh;
  if (renewed?.accessToken) {
    session.set({ accessToken: renewed.accessToken, refreshToken: renewed.refreshToken });
  } else {
    session.set({ ...SIGNED_OUT, notice: 'The session has ended; log in again.' });
  }
}

function post(endpoint, query, input) {
  return fetch(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  });
}

function expiresSoon(accessToken) {
  const { exp } = claims(accessToken);
  return exp !== undefined && exp - Date.now() / 1000 < RENEW_BEFORE_EXPIRY_S;
}

/** The claims of a JWT, unverified: only the gateway decides what a token is worth. */
function claims(token) {
  try {
    const base64 = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(atob(base64));
  } catch {
    return {};
  }
}
