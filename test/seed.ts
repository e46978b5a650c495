// With ORACLE_SEED, every property is asked about the same values in each run: CI fails by what was changed, and by nothing else.
if (process.env.ORACLE_SEED !== undefined) {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require('fast-check') as typeof import('fast-check')).configureGlobal({ seed: Number(process.env.ORACLE_SEED) });
}
