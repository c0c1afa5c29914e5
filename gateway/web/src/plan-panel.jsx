// The sidebar plugin that draws what the last operation fetched: the graph of its fetches, their keys, calls, cost and times.
import { asTree, lastPlan, span } from './plan.js';
import { useStore } from './store.js';

export function planPlugin() {
  return { title: 'Plan', icon: PlanIcon, content: PlanPanel };
}

function PlanPanel() {
  const { title, plan, cost } = useStore(lastPlan);
  return (
    <section className="plan" aria-label="Plan">
      <div className="graphiql-doc-explorer-title">Plan</div>
      {plan ? <Plan title={title} plan={plan} cost={cost} /> : (
        <p className="plan-hint">Run an operation: what it fetched, what waited for what, and what it cost is drawn here.</p>
      )}
    </section>
  );
}

function Plan({ title, plan, cost }) {
  return (
    <>
      <p className="plan-operation">{title}</p>
      <dl className="plan-figures">
        <Figure name="time" value={milliseconds(plan.tookMs)} note={`${milliseconds(plan.writeMs)} to write`} />
        {cost && <Figure name="calls" value={cost.actual.rpcs} note={`at most ${cost.most.rpcs}`} />}
        {cost && <Figure name="cost" value={cost.actual.units} note={`at most ${count(cost.most.units)}`} />}
      </dl>
      {cost && <Budget most={cost.most.units} limit={cost.limit} />}
      <p className="plan-facts">
        <span title="A plan is made once for each document">{plan.reused ? 'plan reused' : 'plan made now'}</span>
        {' · '}
        <span title="The program of the plan writes nearly every answer, the walk what it cannot">written by the {plan.writtenBy}</span>
      </p>
      <ol className="plan-steps">
        {asTree(plan.fetches).map(({ fetch, rails, isParent }) => (
          <Step key={fetch.id} fetch={fetch} rails={rails} isParent={isParent} plan={plan} />
        ))}
      </ol>
    </>
  );
}

function Figure({ name, value, note }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
      <dd className="plan-note">{note}</dd>
    </div>
  );
}

function Budget({ most, limit }) {
  const share = Math.min(100, (most / limit) * 100);
  return (
    <div className="plan-budget" title={`At most ${count(most)} of the ${count(limit)} units that an operation may cost`}>
      <span style={{ width: `${Math.max(share, 0.5)}%` }} />
    </div>
  );
}

function Step({ fetch, rails, isParent, plan }) {
  const ran = fetch.startedMs !== undefined;
  const field = fetch.path.at(-1);
  const above = fetch.path.slice(0, -1).join('.');
  return (
    <li className={`plan-step plan-${fetch.kind}`} data-fetch={fetch.id} data-errors={fetch.errors || undefined}>
      <span className="plan-rails" aria-hidden="true">
        {rails.map((rail, index) => <span key={index} className={`plan-rail plan-rail-${rail}`} />)}
        <span className={isParent ? 'plan-stem plan-stem-on' : 'plan-stem'}><span className="plan-node" /></span>
      </span>
      <details>
        <summary>
          <span className="plan-line">
            <code className="plan-path" title={fetch.path.join('.')}><b>{field}</b></code>
            <span className="plan-time">{ran ? milliseconds(fetch.tookMs) : 'not needed'}</span>
          </span>
          <span className="plan-line plan-soft"><Keys fetch={fetch} /><Share fetch={fetch} /></span>
          {ran && <TimeLine fetch={fetch} plan={plan} />}
        </summary>
        <Details fetch={fetch} above={above} ran={ran} />
      </details>
    </li>
  );
}

function Keys({ fetch }) {
  const { kind, places, keys, calls } = fetch;
  if (kind === 'link' || kind === 'batched') {
    const asked = kind === 'link' ? `${plural(places, 'place')} → ${plural(keys, 'key')}` : plural(keys, 'parent');
    return <span className="plan-keys">{asked} → {plural(calls, 'call')}</span>;
  }
  return <span className="plan-keys">{fetch.asks}</span>;
}

function Share({ fetch }) {
  return (
    <span className="plan-share">
      {fetch.errors > 0 && <span className="plan-errors">{plural(fetch.errors, 'error')}</span>}
      {fetch.cache && <Cache cache={fetch.cache} />}
      {fetch.most && <span title="cost at most">≤ {count(fetch.most.units)}</span>}
    </span>
  );
}

function Cache({ cache: { kept, joined } }) {
  const told = [kept > 0 && `${count(kept)} kept`, joined > 0 && `${count(joined)} joined`].filter(Boolean);
  return told.length > 0 && (
    <span className="plan-cache" title="kept: from earlier requests; joined: from a call that others were waiting for">
      {told.join(', ')}
    </span>
  );
}

function TimeLine({ fetch, plan }) {
  const { start, width } = span(fetch, plan);
  return (
    <span className="plan-track" title={`from ${milliseconds(fetch.startedMs)}, for ${milliseconds(fetch.tookMs)}`}>
      <span className="plan-bar" style={{ marginLeft: `${start}%`, width: `${width}%` }} />
    </span>
  );
}

function Details({ fetch, above, ran }) {
  const more = fetch.keys - fetch.keySample.length;
  const facts = [
    ['in', above || 'the operation'],
    ['kind', fetch.kind],
    ['asks', fetch.asks],
    fetch.keySample.length > 0 && ['keys', fetch.keySample.join(' ') + (more > 0 ? ` and ${more} more` : '')],
    ['rows', fetch.rows],
    fetch.cache && ['cache', `${fetch.cache.kept} kept, ${fetch.cache.joined} joined, ${fetch.cache.asked} asked`],
    ran && ['started', `after ${milliseconds(fetch.startedMs)}`],
    fetch.most && ['at most', `${count(fetch.most.units)} units, ${plural(fetch.most.rpcs, 'call')}`],
  ];
  return (
    <dl className="plan-details">
      {facts.filter(Boolean).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function milliseconds(number) {
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ms`;
}

function count(number) {
  return number.toLocaleString('en');
}

function plural(number, word) {
  return `${count(number)} ${word}${number === 1 ? '' : 's'}`;
}

function PlanIcon(properties) {
  return (
    <svg viewBox="0 0 24 24" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" {...properties}>
      <circle cx="5" cy="12" r="2.25" />
      <circle cx="18.5" cy="5.5" r="2.25" />
      <circle cx="18.5" cy="18.5" r="2.25" />
      <path d="M7.25 12h2.5c4 0 2.5-6.5 6.5-6.5M9.75 12c4 0 2.5 6.5 6.5 6.5" />
    </svg>
  );
}
