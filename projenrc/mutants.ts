/** How mutants are made and asked about: the configuration of Stryker. `test/mutants/` has the rest. */
export const MUTANTS = {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner', './test/mutants/words.mjs'],
  ignorers: ['words'],
  // What tests read, in the folder where the mutants are.
  ignorePatterns: ['/*', '!/src', '!/test', '!/imports', '!/package.json', '!/tsconfig.json'],
  buildCommand: 'ts-node --transpile-only test/mutants/bundle.ts',
  jest: {
    enableFindRelatedTests: false,
    config: {
      testMatch: ['<rootDir>/mutants.test.js'],
      testEnvironment: './test/mutants/environment.cjs',
      setupFiles: [],
      transform: {},
      reporters: [],
    },
  },
  coverageAnalysis: 'perTest',
  // What is worked out when modules are loaded is covered by no test in particular: each would need all of them.
  ignoreStatic: true,
  concurrency: 1,
  // Others use the machine, too: what never ends is known by how often it comes by.
  timeoutMS: 120_000,
  incremental: true,
  tempDirName: '.mutants/sandbox',
  reporters: ['clear-text', 'progress-append-only', 'html'],
  htmlReporter: { fileName: '.mutants/mutants.html' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
};
