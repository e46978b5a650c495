import * as fs from 'node:fs';
import { Worker } from 'node:worker_threads';

/** After two seconds, shows what is being done; this thread is busy with it. */
const SHOW = `
const { parentPort } = require('node:worker_threads');
const fs = require('node:fs');
let doing = '';
let isShown = false;
const show = () => {
  isShown = true;
  fs.writeSync(2, '\\r\\x1b[K' + doing);
};
setTimeout(show, 2000).unref();
parentPort.on('message', text => {
  doing = text;
  if (isShown) show();
});
`;

/** Does some work, which says what it is at: people who wait see it. */
export function withProgress<T>(work: (doing: (what: string) => void) => T): T {
  if (!fs.fstatSync(2).isCharacterDevice() || !process.stderr.isTTY) return work(() => undefined);
  const worker = new Worker(SHOW, { eval: true });
  const start = Date.now();
  try {
    return work(what => worker.postMessage(what));
  } finally {
    void worker.terminate();
    if (Date.now() - start >= 2000) fs.writeSync(2, '\r\x1b[K');
  }
}
