// The bar above GraphiQL: which view this is, who is logged in, whose cart.
import { useState } from 'react';
import { forgetCart, logInAsDemo, logOut, session } from './session.js';
import { useStore } from './store.js';
import { view } from './view.js';

export function SessionBar() {
  return (
    <header className="session-bar">
      <a className="session-home" href="/">
        <img src="/emporium.svg" alt="" width="20" height="20" />
        Emporium
      </a>
      <nav aria-label="Views of the schema">
        <a href="/graphiql" aria-current={view.admin ? undefined : 'page'}>Storefront</a>
        <a href="/admin/graphiql" aria-current={view.admin ? 'page' : undefined}>Admin</a>
      </nav>
      <Identity role={view.admin ? 'admin' : 'shopper'} />
    </header>
  );
}

function Identity({ role }) {
  const { accessToken, email, cartToken, demoOffered, notice } = useStore(session);
  return (
    <div className="session-identity">
      {notice && <span className="session-notice" role="status">{notice}</span>}
      {cartToken && (
        <button type="button" className="session-chip" onClick={forgetCart}
          title="Sent as Emporium-Cart-Token with every request. Click to forget this guest cart.">
          guest cart ✕
        </button>
      )}
      {accessToken ? (
        <>
          <span className="session-who" title="Sent as Authorization: Bearer … with every request">
            <span className="session-dot" /> {email || 'logged in'}
          </span>
          <button type="button" className="session-button" onClick={() => logOut(view.tokens)}>Log out</button>
        </>
      ) : (
        demoOffered && <DemoLogin role={role} />
      )}
    </div>
  );
}

function DemoLogin({ role }) {
  const [busy, setBusy] = useState(false);
  async function logIn() {
    setBusy(true);
    try {
      await logInAsDemo(role);
    } catch (reason) {
      session.set({ notice: `The gateway did not answer: ${reason.message}` });
    } finally {
      setBusy(false);
    }
  }
  return (
    <button type="button" className="session-button session-demo" disabled={busy} onClick={logIn}>
      Log in as demo {role}
    </button>
  );
}
