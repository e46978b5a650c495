import * as fs from 'fs';
import * as path from 'path';

/**
 * Keeps the manifests that the tests hold for valid where conformance/apiserver asks for them: a line each, a file per process. Tests of
 * validation write theirs by hand, all others have the library render them.
 */
export function record(manifests: readonly any[]): void {
  const folder = process.env.RECORD_MANIFESTS;
  if (!folder) return;
  const by = expect.getState().testPath?.startsWith(path.join(__dirname, 'validation', path.sep)) ? 'hand' : 'library';
  fs.appendFileSync(path.join(folder, `${by}-${process.pid}.jsonl`), manifests.map(manifest => `${JSON.stringify(manifest)}\n`).join(''));
}
