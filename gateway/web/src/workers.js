// Monaco's language services run in workers that the gateway serves itself; bundle.mjs fills in their addresses.
/* global WORKER_ADDRESSES */

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const address = WORKER_ADDRESSES[label] ?? WORKER_ADDRESSES.editor;
    return new Worker(address, { type: 'module', name: label });
  },
};
