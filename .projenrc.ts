import { existsSync, readdirSync } from 'node:fs';
import { cdk8s, javascript, JsonFile, type Task } from 'projen';
import { MUTANTS } from './projenrc/mutants';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-mesh',
  description: 'One definition of what the traffic may do; manifests for SMI and for Gateway API, and for the policy of the mesh behind it.',
  author: 'The cdk8s-mesh authors',
  authorAddress: 'maintainers@cdk8s-mesh.dev',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk8s-mesh/cdk8s-mesh.git',
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk8s-mesh authors',
  keywords: ['cdk8s', 'kubernetes', 'service-mesh', 'smi', 'gateway-api', 'istio', 'linkerd', 'canary'],
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.19.0',
  projenrcTs: true,

  // The first release; every other follows from the commits since the one before.
  nextVersionCommand: 'git rev-parse --verify --quiet "refs/tags/$LATEST_TAG" > /dev/null || echo 0.1.0',

  publishToPypi: { distName: 'cdk8s-mesh', module: 'cdk8s_mesh' },
  publishToMaven: { javaPackage: 'dev.cdk8smesh', mavenGroupId: 'dev.cdk8s-mesh', mavenArtifactId: 'cdk8s-mesh' },
  publishToGo: { moduleName: 'github.com/cdk8s-mesh/cdk8s-mesh-go', packageName: 'cdk8smesh' },
  publishToNuget: { packageId: 'Cdk8sMesh', dotNetNamespace: 'Cdk8sMesh' },

  cdk8sVersion: '2.70.106',
  constructsVersion: '10.4.2',
  jsiiVersion: '~5.9.0',
  typescriptVersion: '~5.9.0',
  devDeps: [
    // Linked into the library, by projenrc/link.ts; each with its reason in docs/architecture.md.
    '@dagrejs/dagre@3.1.3',
    '@marcbachmann/cel-js@^8.0.0',
    'js-yaml@^4.3.2',
    're2js@^2.10.0',
    'refa@^0.12.1',
    // The last that runs on Node 20.
    '@stryker-mutator/core@^9.6.1',
    '@stryker-mutator/jest-runner@^9.6.1',
    'ajv@^8',
    // What reads the page of the map.
    'axe-core@^4.14.1',
    'puppeteer-core@^24.43.1',
    'cdk8s-cli',
    'cdk8s-plus-33',
    'esbuild',
    'fast-check',
    'fflate',
    'yaml',
  ],

  // `imports/` stands beside `src/`, so everything compiles to `lib/src` and `lib/imports`.
  entrypoint: 'lib/src/index.js',
  tsconfig: {
    compilerOptions: { rootDir: '.' },
    include: ['src/**/*.ts', 'imports/**/*.ts'],
  },
  // Of everything that is no part of the package. It stands in test/.
  tsconfigDev: {
    compilerOptions: { rootDir: '..', paths: { 'cdk8s-mesh': ['../src'] } },
    include: ['bench', 'conformance', 'examples', 'projenrc'].map(folder => `../${folder}/**/*.ts`),
  },
  eslintOptions: {
    commandOptions: { fix: false },
    dirs: ['src'],
    devdirs: ['test', 'examples', 'bench', 'conformance', 'projenrc'],
    ignorePatterns: ['imports/', '*.js', '*.d.ts', 'node_modules/', '*.generated.ts', 'coverage', 'lib', 'dist'],
  },
  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      // By default one core stays idle, which is half of a machine with two: 16 minutes there, and 11 with all.
      maxWorkers: '100%',
      // `npx jest --coverage` counts: it takes four times as long.
      collectCoverage: false,
      moduleNameMapper: { '^cdk8s-mesh$': '<rootDir>/src' },
      coveragePathIgnorePatterns: ['/node_modules/', '/imports/'],
      testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
      setupFiles: ['<rootDir>/test/seed.ts'],
      // The package is an ES module, which jest cannot require on Node 20.
      transform: {
        '/node_modules/@marcbachmann/cel-js/.+\\.js$': new javascript.Transform('ts-jest', {
          tsconfig: { allowJs: true, module: 'commonjs', moduleResolution: 'node10', target: 'es2022', isolatedModules: true },
          diagnostics: false,
        }),
      },
      transformIgnorePatterns: ['/node_modules/(?!@marcbachmann/cel-js/)'],
    },
  },

  // The last that runs on Node 20.
  bumpPackage: 'commit-and-tag-version@^12',
  depsUpgrade: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  pullRequestTemplate: false,
  gitignore: ['dist/', 'dist.new/', '*.tsbuildinfo', '.DS_Store', '/conformance/*/.cache/', '/.mutants/', '/.jsii.gz', '/.jsii.tabl.json.gz'],
});

// 1.13.0 names bindings for other platforms that its registry does not have, and then `npm ci` refuses every lock file.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
project.package.addField('types', 'lib/src/index.d.ts');
// Their binaries come in packages of their own. `npm ci` says nothing of scripts that it is told not to run.
project.package.addField('allowScripts', { 'esbuild': false, '@parcel/watcher': false, 'unrs-resolver': false });
project.addBins({ 'cdk8s-mesh': 'lib/src/cli/main.js' });
// The lowest that work: `npm run test:package` installs the package beside them, and beside the newest.
project.tryFindObjectFile('package.json')?.addOverride('peerDependencies', { cdk8s: '^2.9.0', constructs: '^10.0.0' });
// The examples import the library by its name, as its users do: a package resolves its own name through `exports`.
project.package.addField('exports', {
  '.': { types: './lib/src/index.d.ts', default: './lib/src/index.js' },
  './.jsii': './.jsii',
  './.jsii.gz': './.jsii.gz',
  './schemas/output.json': './schemas/output.json',
  './package.json': './package.json',
});

for (const path of ['/API.md', '/CONTRIBUTING.md', '/bench/', '/conformance/', '/docs/*', '/examples/', '/projenrc/', '/imports/', '/.ci/', '/.mutants/', '/stryker.config.json', '/.editorconfig', '/.vscode/', '/SECURITY.md', '/rosetta/']) {
  project.npmignore?.exclude(path);
}
// `cdk8s-mesh explain-error` reads it.
project.npmignore?.include('/docs/errors.md');
// The README shows it.
project.npmignore?.include('/docs/shop.svg', '/.jsii.tabl.json.gz');
// Where `.jsii` says that its content is.
project.npmignore?.include('/.jsii.gz');
project.gitattributes.addAttributes('/imports/**', 'linguist-generated');

// The house of docs/architecture.md: intents → targets → dialects → model ← vocabulary.
const seesOnly = (part: string, parts: string[], message: string) => ({
  target: `./src/${part}`,
  from: './src',
  except: [part, ...parts].map(other => `./${other}`),
  message,
});
// What dialects have in common, and what of it sees which other part. Every other folder of src/dialects is a dialect.
const shared: Readonly<Record<string, readonly string[]>> = { contract: [], proxies: ['contract'], specificity: ['contract', 'proxies'], gateways: ['contract'] };
const dialects = readdirSync('src/dialects').filter(name => !(name in shared));
const readers = dialects.filter(name => existsSync(`src/dialects/${name}/read`));
// Of Gateway API, what meshes may know: what they say beside it, and how it spells things.
const doors = ['extension', 'spelling'];
project.eslint?.addRules({
  'import/no-restricted-paths': ['error', {
    zones: [
      seesOnly('model', [], 'The model imports nothing of ours.'),
      { target: './src/model', from: './imports', message: 'The model belongs to no API.' },
      seesOnly('input', ['errors'], 'The shape of what is given is the same for everyone.'),
      seesOnly('errors', ['model', 'validation'], 'Errors are worded by what is wrong.'),
      ...['vocabulary', 'input'].map(part => ({
        target: `./src/${part}`, from: './src/errors/diagnostics.ts', message: 'Diagnostics are for targets and the command line; misuse is thrown.',
      })),
      seesOnly('vocabulary', ['errors', 'input', 'model'], 'The vocabulary knows the model only.'),
      seesOnly('dialects', ['manifests', 'meaning', 'model', 'reading'], 'A dialect knows the model, and its reader what manifests are and what they may mean.'),
      ...['./src/manifests', './src/meaning', './src/reading', './src/dialects/**/read/**'].flatMap(from => ['*', '*/!(read)/**'].map(writing => (
        { target: `./src/dialects/${writing}/*.ts`, from, message: 'What writes reads nothing.' }
      ))),
      ...readers.map(part => ({
        target: `./src/dialects/${part}/read`,
        from: './src/dialects',
        except: [`./${part}/read`, `./${part}/apis.ts`],
        message: 'A reader knows the versions of its API, and nothing that writes: one misreading of both would hide itself.',
      })),
      seesOnly('targets', ['dialects', 'errors', 'input', 'model', 'validation', 'vocabulary'],
        'Targets know dialects, models, validation and the vocabulary of their options.'),
      seesOnly('intents', ['dialects/contract', 'errors', 'input', 'model', 'targets', 'vocabulary'], 'Intents know no dialect.'),
      seesOnly('validation', [], 'Validation knows manifests only.'),
      seesOnly('manifests', [], 'What is read is told apart later.'),
      seesOnly('meaning', ['manifests/fields.ts', 'model'], 'What manifests mean depends on no API.'),
      seesOnly('reading', [...readers.map(name => `dialects/${name}/read`), 'manifests', 'meaning', 'model'], 'What is read together is read by the readers of the dialects.'),
      seesOnly('evaluators', [], 'Evaluators know what upstream does, and nothing of ours: a misreading that both shared would hide itself.'),
      seesOnly('migrate/program', ['index.ts'], 'A program is written with the public surface.'),
      seesOnly('migrate/world', ['dialects/smi/read/meshes.ts', 'manifests', 'model', 'reading/cluster'], 'What stands beside SMI is read of manifests.'),
      seesOnly('migrate/plan', ['dialects/smi/read', 'errors/coded.ts', 'index.ts', 'manifests', 'migrate/program', 'migrate/world', 'model'],
        'A plan is made of what was read, in the words of the library.'),
      seesOnly('migrate/policies', ['dialects/istio/read/access/texts.ts', 'index.ts', 'manifests', 'meaning', 'migrate', 'model', 'reading'],
        'Policies of any mesh are what they mean.'),
      seesOnly('migrate', ['dialects/istio/read/access/texts.ts', 'dialects/smi/read', 'errors', 'evaluators', 'index.ts', 'manifests', 'meaning', 'model', 'reading'],
        'A migration knows what was read, and the words of the library.'),
      seesOnly('migrate/prove', ['dialects/smi/read/tree.ts', 'evaluators', 'manifests', 'migrate', 'model'],
        'A proof asks the evaluators, and reads nothing as what it proves does.'),
      seesOnly('cli', ['dialects/smi/read', 'errors', 'index.ts', 'input/nearest.ts', 'manifests', 'meaning', 'migrate', 'reading', 'validation'],
        'The command line reads manifests, and has validation judge them, explains or migrates them.'),
      ...Object.entries(shared).map(([part, others]) => ({
        target: `./src/dialects/${part}`,
        from: './src/dialects',
        except: [part, ...others].map(name => `./${name}`),
        message: 'What dialects have in common knows none of them.',
      })),
      ...dialects.map(part => ({
        target: `./src/dialects/${part}`,
        from: dialects.filter(dialect => ![part, 'gateway-api'].includes(dialect)).map(dialect => `./src/dialects/${dialect}`),
        message: 'A dialect never imports another one.',
      })),
      ...[...dialects.filter(part => part !== 'gateway-api'), ...doors.map(door => `gateway-api/${door}`)].map(part => ({
        target: `./src/dialects/${part}`,
        from: './src/dialects/gateway-api',
        except: doors.map(door => `./${door}`),
        message: 'Of Gateway API, a mesh knows how it is extended and how it spells things.',
      })),
    ],
  }],
});
project.eslint?.addOverride({
  files: ['src/model/**/*.ts', 'src/dialects/**/*.ts', 'src/validation/**/*.ts'],
  rules: {
    'no-restricted-imports': ['error', { patterns: [{ regex: '^(cdk8s.*|constructs)$', message: 'Models, dialects and validation are plain data.' }] }],
  },
});

// A type, an early return or another structure says what it would.
project.eslint?.addOverride({
  files: ['src/**/*.ts'],
  rules: { '@typescript-eslint/no-non-null-assertion': 'error' },
});

// What runs for every object of an app.
project.eslint?.addOverride({
  files: ['src/{model,dialects,targets,intents,vocabulary}/**/*.ts'],
  excludedFiles: ['src/dialects/**/read/**'],
  rules: {
    'no-restricted-syntax': ['error', {
      selector: "MemberExpression[property.name='flatMap']",
      message: '`flatMap` of src/model/lists.ts does the same, and takes V8 a tenth of the time.',
    }],
  },
});

// What is loaded when it is first used is required there.
project.eslint?.addOverride({
  files: ['src/cli/main.ts', 'src/cli/map/svg.ts', 'src/model/{re2,regex-relation}.ts', 'src/reading/readers.ts', 'src/targets/{checks,dialects,elsewhere,mesh-target}.ts', 'src/validation/{evaluate,regex,values,across/index,cel/package}.ts'],
  rules: { '@typescript-eslint/no-require-imports': 'off' },
});

// What the library needs at run time is linked into it.
project.eslint?.addOverride({
  files: ['src/**/*.ts'],
  rules: { 'import/no-extraneous-dependencies': ['error', { devDependencies: true, optionalDependencies: false, peerDependencies: true }] },
});

// The examples import the library by its name, whether it is compiled yet or not.
project.tryFindObjectFile('.eslintrc.json')?.addOverride('settings.import/core-modules', ['cdk8s-mesh']);

project.testTask.prependSay('Tests, lint and types: about 12 minutes on two processors. `npx jest test/intents` runs a part.');
// Tests run without a look at their types; jsii looks at those of the library.
project.testTask.exec('tsc --project test --isolatedModules false');

project.addTask('import', {
  description: 'Generate imports/ from the upstream CRDs pinned in projenrc/imports.yaml',
  exec: 'ts-node --project projenrc/tsconfig.json projenrc/import.ts',
});

project.addTask('pins', {
  description: 'Say which pins of projenrc/imports.yaml and projenrc/releases.yaml are behind',
  exec: 'ts-node --project projenrc/tsconfig.json projenrc/pins.ts',
});

const script = (name: string, description: string, ...steps: string[]) =>
  project.addTask(name, { description, steps: steps.map(exec => ({ exec })) });
// The command line empties its output folder before the app runs: a failed synth would take the earlier manifests with it.
const synth = (folder: string) => `cd ${folder} && cdk8s synth --check-upgrade=false --output dist.new && rm -rf dist && mv dist.new dist`;
// jsii alone would leave hundreds of files, which need packages that no one has installed: whatever compiles, compiles by this task.
// The tests run beside the newest peers, not the lowest.
project.compileTask.reset('jsii --compress-assembly --silence-warnings=reserved-word --silence-warnings=metadata/missing-dev-dependency');
project.compileTask.exec('ts-node --project projenrc/tsconfig.json projenrc/link.ts');
// The examples of README and docstrings have to compile; jsii-pacmak takes from what this writes how each language says them.
project.compileTask.exec('jsii-rosetta extract --strict --compress-tablet .');
project.package.setScript('prepack', 'projen compile');
const compiled = (task: Task) => task.prependSpawn(project.compileTask);
const example = script('example', 'Synthesize the examples, and list what was written',
  synth('examples/shop'),
  synth('examples/two-clusters'),
  synth('examples/progressive'),
  'ts-node --project projenrc/tsconfig.json examples/summary.ts examples/shop/dist examples/two-clusters/dist examples/progressive/dist');
compiled(example);
compiled(script('bench', 'Compare synth times with raw ApiObjects, side by side', 'node -r ts-node/register/transpile-only bench/main.ts'));
script('test:package', 'Install the packed package into new apps, with the oldest and the newest cdk8s that it takes, and run their tests',
  'ts-node --project conformance/tsconfig.json conformance/package/main.ts');
project.addTask('conformance:languages', {
  description: 'Build the package for Python, Java and Go, and run the program of examples/start in a new project of each; an argument chooses one',
  exec: 'ts-node --project conformance/tsconfig.json conformance/languages/main.ts',
  receiveArgs: true,
});
project.addTask('test:browser', {
  description: 'Read the page of `cdk8s-mesh map` in Chromium: by the keyboard alone, with the rules of axe, with 2,000 Services',
  exec: 'ts-node --transpileOnly --project conformance/tsconfig.json conformance/browser/main.ts',
});
project.addTask('oracle', {
  description: 'Compare 200,000 decisions of each target, what becomes of 200,000 requests, and of 100,000 by whole apps, with what was written, and of 100,000 before and after a migration',
  exec: 'ts-node --project test/tsconfig.json test/oracle/main.ts',
  receiveArgs: true,
});
project.addTask('mutants', {
  description: 'Change the code in one place after the other, and list the changes that no test minds; arguments are files or folders',
  exec: 'ts-node --project test/tsconfig.json test/mutants/main.ts',
  receiveArgs: true,
});
new JsonFile(project, 'stryker.config.json', { obj: MUTANTS, marker: false });
script('conformance:cilium', "Have Cilium's policy engine decide on generated cases, and compare", 'conformance/harness/run.sh cilium');
script('conformance:regex', 'Have the engines of the meshes read generated expressions, and compare', 'conformance/regex/run.sh');
script('conformance:istio', "Have Istio's control plane and Envoy decide on generated cases, and compare", 'conformance/harness/run.sh istio --envoy');
script('conformance:contour', "Have Contour and Envoy decide on exposures, generated and of Gateway API's own suite, and compare", 'conformance/harness/run.sh contour --envoy');
script('conformance:osm', "Have Open Service Mesh's control plane and Envoy decide on generated cases, and compare", 'conformance/harness/run.sh osm --envoy');
script('conformance:delivery', 'Have Flagger and Argo Rollouts release on a real API server, and compare each step', 'conformance/delivery/run.sh');
const docs = script('docs', 'Generate the manifests in docs/, and what each target renders in docs/ and API.md', 'ts-node --project projenrc/tsconfig.json projenrc/docs.ts');
project.postCompileTask.spawn(docs);
project.addTask('conformance:apiserver', {
  description: 'Ask a Kubernetes API server, and our own validation, about the same manifests',
  steps: [{ spawn: example.name }, { exec: 'ts-node --project conformance/tsconfig.json conformance/apiserver/main.ts' }],
});

// What breaks programs is said in the changelog, and in `.compatignore`; of the first release, there is nothing to compare with.
project.tasks.tryFind('release')?.spawn(project.tasks.tryFind('compat') ?? project.addTask('compat'));

// Every tool runs on Node 20, which is the release to be silent about.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
project.tasks.addEnvironment('TS_NODE_TRANSPILE_ONLY', 'true');

project.synth();
