// Bundles the page into the folder named by the first argument: node bundle.mjs DIST
//
// Every name carries a hash of its content, so the gateway may tell browsers to keep the files for ever.
// Workers are bundled first: the page has to know their hashed names.
import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const outdir = process.argv[2] ?? 'dist';
const publicPath = '/assets';

const settings = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  outdir: path.join(outdir, 'assets'),
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  publicPath,
  metafile: true,
  legalComments: 'linked',
  logLevel: 'warning',
  loader: { '.ttf': 'file', '.woff2': 'file' },
  define: { 'process.env.NODE_ENV': '"production"' },
};

// graphiql/style.css already holds Monaco's styles, and a style sheet of a lazily loaded chunk would never be linked.
const monacoStylesOnce = {
  name: 'monaco-styles-once',
  setup({ onLoad }) {
    onLoad({ filter: /monaco-editor[\\/]esm[\\/].*\.css$/ }, () => ({ contents: '', loader: 'css' }));
  },
};

/** @returns {Record<string, string>} entry point name → public address of its file with this extension */
function published(metafile, extension) {
  const addresses = {};
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint) continue;
    const name = path.basename(output.entryPoint).replace(/\..*$/, '');
    const wanted = extension === '.css' ? output.cssBundle : file;
    if (wanted) addresses[name] = `${publicPath}/${path.basename(wanted)}`;
  }
  return addresses;
}

const workers = await build({
  ...settings,
  entryPoints: ['editor', 'json', 'graphql'].map(name => ({
    in: `src/workers/${name}.worker.js`,
    out: `${name}.worker`,
  })),
});
const page = await build({
  ...settings,
  entryPoints: ['src/main.jsx'],
  splitting: true,
  jsx: 'automatic',
  plugins: [monacoStylesOnce],
  define: { ...settings.define, WORKER_ADDRESSES: JSON.stringify(published(workers.metafile, '.js')) },
});

const template = await readFile('src/graphiql.html', 'utf8');
const html = template
  .replace('%STYLE%', published(page.metafile, '.css').main)
  .replace('%SCRIPT%', published(page.metafile, '.js').main);
await writeFile(path.join(outdir, 'graphiql.html'), html);
