import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { follow } from './guide';

/**
 * Installs the package, as it would be published, into apps as `cdk8s init` makes them: one with the lowest versions of its
 * peers, one with the newest. Each compiles, tests and synthesizes itself, and validates what it wrote, with each release of Node that
 * is supported. Then it does in an empty folder what docs/start.md says, with the newest of everything.
 */

const ROOT = path.join(__dirname, '..', '..');
const TEMPLATE = path.join(ROOT, 'node_modules', 'cdk8s-cli', 'templates', 'typescript-app');
const { peerDependencies, engines } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

/** Of a range like `^2.68.0`. */
const lowest = (range: string) => range.replace(/^\^/, '');

const PEERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lowest: Object.fromEntries(Object.entries<string>(peerDependencies).map(([name, range]) => [name, lowest(range)])),
  newest: Object.fromEntries(Object.keys(peerDependencies).map(name => [name, 'latest'])),
};

/** The lowest release of Node, and the newest of those that are maintained; npm has Node itself. */
const NODES = [engines.node.replace(/^>= /, ''), '22', '24', '26'];

const MOST_MEGABYTES = 5;

function run(cwd: string, command: string, ...args: string[]): void {
  console.log(`${path.basename(cwd)}$ ${command} ${args.join(' ')}`);
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Whatever ran before: packing compiles. */
function packed(folder: string): string {
  // What jsii alone leaves behind would not work.
  fs.rmSync(path.join(ROOT, 'lib'), { recursive: true, force: true });
  run(ROOT, 'npm', 'pack', '--silent', '--pack-destination', folder);
  const [tarball] = fs.readdirSync(folder).filter(name => name.endsWith('.tgz'));
  return path.join(folder, tarball);
}

/** Of what was packed, how much it takes where it is installed. */
function checkSize(): void {
  const [{ files }]: { files: { path: string; size: number }[] }[] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  const megabytes = files.reduce((sum, { size }) => sum + size, 0) / 1e6;
  console.log(`The package takes ${megabytes.toFixed(2)} MB.`);
  if (megabytes > MOST_MEGABYTES) {
    const largest = [...files].sort((a, b) => b.size - a.size).slice(0, 20).map(file => `${file.size} ${file.path}`);
    throw new Error(`The package takes more than ${MOST_MEGABYTES} MB:\n${largest.join('\n')}`);
  }
}

function check(folder: string, tarball: string, peers: Readonly<Record<string, string>>): void {
  fs.mkdirSync(folder);
  for (const file of ['tsconfig.json', 'jest.config.js']) fs.copyFileSync(path.join(TEMPLATE, file), path.join(folder, file));
  fs.cpSync(path.join(__dirname, 'app'), folder, { recursive: true });
  const { devDependencies } = JSON.parse(fs.readFileSync(path.join(TEMPLATE, 'package.json'), 'utf8').replace(/"\{\{[^}]*\}\}"/g, '"*"'));
  delete devDependencies['cdk8s-cli'];
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({
    name: 'app', private: true, main: 'main.js', dependencies: { ...peers, 'cdk8s-mesh': `file:${tarball}` }, devDependencies,
  }));
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error');
  Object.keys(peers).forEach(name => console.log(name, JSON.parse(fs.readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version));
  run(folder, 'npx', 'cdk8s-mesh', 'migrate', '--from', 'osm', '--to', 'istio', '--to', 'linkerd', '--manifests', 'migrated', '--program', 'migrated.ts', 'smi.yaml');
  run(folder, 'npx', 'tsc', '--build');
  for (const version of NODES) {
    const node = path.join(folder, `node-${version}`);
    run(folder, 'npm', 'install', '--prefix', node, '--no-audit', '--no-fund', '--loglevel=error', `node@${version}`);
    const byNode = (...command: string[]) => run(folder, 'env', `PATH=${path.join(node, 'node_modules', 'node', 'bin')}:${process.env.PATH}`, ...command);
    byNode('node', '--version');
    byNode('npx', 'jest', '--ci');
    byNode('node', 'main.js');
    byNode('npx', 'cdk8s-mesh', 'validate', 'dist');
  }
  // The program of a migration writes what the command wrote.
  run(folder, 'env', 'CDK8S_OUTDIR=again', 'node', 'migrated.js');
  run(folder, 'diff', '--recursive', 'migrated', 'again');
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-mesh-package-'));
try {
  const tarball = packed(scratch);
  checkSize();
  Object.entries(PEERS).forEach(([name, peers]) => check(path.join(scratch, name), tarball, peers));
  const start = path.join(scratch, 'start');
  follow(path.join(ROOT, 'docs', 'start.md'), tarball, start, command => run(start, 'sh', '-ec', command));
  console.log('The package works.');
} finally {
  fs.rmSync(scratch, { recursive: true });
}
