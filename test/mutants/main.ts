import { spawnSync } from 'child_process';
import { statSync } from 'fs';

/** Mutants of the files or folders given, each of which is in `src/model`, `src/dialects` or `src/targets`; of all, where none is given. */

const given = process.argv.slice(2);
const failed = (given.length > 0 ? given : ['src/model', 'src/dialects', 'src/targets']).filter(where => {
  const [, part] = where.split('/');
  const files = statSync(where).isDirectory() ? `${where}/**/*.ts` : where;
  const { status } = spawnSync('stryker', ['run', '--mutate', files, '--incrementalFile', `.mutants/${part}.json`], {
    stdio: 'inherit',
    env: { ...process.env, MUTANTS_OF: part, ORACLE_SEED: '1', ORACLE_CASES: '1000' },
  });
  return status !== 0;
});
process.exitCode = failed.length > 0 ? 1 : 0;
