import * as fs from 'fs';
import * as path from 'path';

/** Keeps the manifests that the tests hold for valid where conformance/apiserver asks for them: a line each, a file per process. */
export function record(manifests: readonly any[]): void {
  const folder = process.env.RECORD_MANIFESTS;
  if (folder) fs.appendFileSync(path.join(folder, `${process.pid}.jsonl`), manifests.map(manifest => `${JSON.stringify(manifest)}\n`).join(''));
}
