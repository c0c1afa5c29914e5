import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './emporium.css';
import './workers.js';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { createRoot } from 'react-dom/client';
import { examplesPlugin } from './examples.jsx';
import { createFetcher, lastRequest } from './fetcher.js';
import { fillPlaceholders } from './memory.js';
import { planPlugin } from './plan-panel.jsx';
import { SessionBar } from './session-bar.jsx';
import { useStore, viewStorage } from './store.js';
import { view } from './view.js';

const EMPTY_TAB = `# Write an operation, or open one of the example operations on the left.
# Ctrl-Enter runs it, Ctrl-Space completes.
`;

function LastRequest() {
  const { summary } = useStore(lastRequest);
  return <span className="last-request" role="status">{summary}</span>;
}

function Page({ fetcher, plugins, storage, first }) {
  return (
    <>
      <SessionBar />
      <main>
        <GraphiQL
          fetcher={fetcher}
          plugins={plugins}
          storage={storage}
          visiblePlugin={plugins[0]}
          defaultQuery={EMPTY_TAB}
          initialQuery={first?.query}
          initialVariables={first && fillPlaceholders(first.variables)}
          defaultEditorToolsVisibility="variables"
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo><code className="endpoint">{view.endpoint}</code></GraphiQL.Logo>
          <GraphiQL.Footer><LastRequest /></GraphiQL.Footer>
        </GraphiQL>
      </main>
    </>
  );
}

async function savedOperations() {
  const response = await fetch(view.operations);
  return response.ok ? response.json() : [];
}

const operations = await savedOperations().catch(() => []);
const storage = viewStorage();
const firstVisit = storage.length === 0;
if (firstVisit) storage.setItem('graphiql:docExplorerFlex', '0.26'); // more room for the editor than GraphiQL gives it
createRoot(document.getElementById('page')).render(
  <Page
    fetcher={createFetcher(view.endpoint, view.tokens)}
    plugins={[examplesPlugin(operations), planPlugin(), explorerPlugin(), HISTORY_PLUGIN]}
    storage={storage}
    first={firstVisit ? operations[0] : undefined}
  />,
);
