// The sidebar plugin that lists the saved operations of gateway/web/operations.
import { useGraphiQL, useGraphiQLActions, pick } from '@graphiql/react';
import { fillPlaceholders, memory, comesAfter } from './memory.js';
import { useStore } from './store.js';

/**
 * @typedef {{title: string, kind: string, text: string, query: string, variables: string}} Operation
 * @param {Operation[]} operations
 */
export function examplesPlugin(operations) {
  return {
    title: 'Example operations',
    icon: ExamplesIcon,
    content: () => <Examples operations={operations} />,
  };
}

function Examples({ operations }) {
  useStore(memory); // a new answer may fill a placeholder
  const open = useOpen();
  return (
    <section className="examples" aria-label="Example operations">
      <div className="graphiql-doc-explorer-title">Example operations</div>
      <p>Each opens in a tab. Ids come from the answers you have seen; run them in order to buy something.</p>
      <ol>
        {operations.map(operation => (
          <li key={operation.title}>
            <button type="button" className="example" onClick={() => open(operation)}>
              <span className="example-title">
                {operation.title}
                <span className={`example-kind example-${operation.kind}`}>{operation.kind}</span>
              </span>
              {operation.text && <span className="example-text">{operation.text}</span>}
              <Missing titles={comesAfter(operation.variables)} />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Missing({ titles }) {
  return titles.length > 0 && <span className="example-missing">after “{titles.join('” and “')}”</span>;
}

function useOpen() {
  const { addTab, changeTab } = useGraphiQLActions();
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'queryEditor', 'variableEditor'),
  );
  return ({ query, variables }) => {
    const current = queryEditor?.getValue().trim();
    const index = tabs.findIndex(tab => tab.query?.trim() === query);
    if (index >= 0 && index !== activeTabIndex) changeTab(index);
    else if (index < 0 && current) addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(fillPlaceholders(variables));
    queryEditor?.focus();
  };
}

function ExamplesIcon(properties) {
  return (
    <svg viewBox="0 0 24 24" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" {...properties}>
      <path d="M6 3.5h12a1 1 0 0 1 1 1v16l-7-4.5-7 4.5v-16a1 1 0 0 1 1-1Z" strokeLinejoin="round" />
      <path d="M9 8h6M9 11.5h4" strokeLinecap="round" />
    </svg>
  );
}
