import * as fs from 'node:fs';
import * as path from 'node:path';
import { environmentOf, prepareCSharp, RUN_CSHARP } from './csharp';

/** What a language needs to make a project of it. */
export interface Setup {
  /** The folder of the new project. */
  readonly project: string;
  /** Where packages are built. */
  readonly built: string;
  /** The folder of this library. */
  readonly root: string;
  /** Runs a command in a folder. */
  readonly run: (cwd: string, command: string, ...args: string[]) => void;
}

export interface Language {
  /** The file of its program, in examples/start. */
  readonly program: string;
  /** Where the project has it, if it is called otherwise there. */
  readonly source?: string;
  /** Makes a project with the package installed. */
  readonly prepare: (setup: Setup) => void;
  /** Runs the program. */
  readonly run: readonly string[];
  readonly env?: (project: string) => Readonly<Record<string, string>>;
}

export const LANGUAGES: Readonly<Record<string, Language>> = {
  typescript: {
    program: 'main.ts',
    prepare: ({ project, root, run }) => {
      run(root, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', project);
      const [tarball] = fs.readdirSync(project);
      const { cdk8s, constructs } = versions(root);
      fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify({
        private: true, dependencies: { cdk8s, constructs, 'cdk8s-mesh': `file:${tarball}`, 'ts-node': '*', 'typescript': '~5.9.0', '@types/node': '^20' },
      }));
      fs.writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'ES2022', module: 'node16', strict: true, skipLibCheck: true } }));
      run(project, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error');
    },
    run: ['npx', 'ts-node', 'main.ts'],
  },
  python: {
    program: 'main.py',
    prepare: ({ project, built, root, run }) => {
      pacmak('python', root, built, run);
      const wheel = fs.readdirSync(path.join(built, 'python')).find(name => name.endsWith('.whl'))!;
      run(project, 'python3', '-m', 'venv', '.venv');
      run(project, '.venv/bin/pip', 'install', '--quiet', `cdk8s==${versions(root).cdk8s}`, path.join(built, 'python', wheel));
    },
    run: ['.venv/bin/python', 'main.py'],
  },
  java: {
    program: 'Main.java',
    source: 'src/main/java/Main.java',
    prepare: ({ project, built, root, run }) => {
      pacmak('java', root, built, run);
      fs.mkdirSync(path.join(project, 'src/main/java'), { recursive: true });
      fs.writeFileSync(path.join(project, 'pom.xml'), pom(path.join(built, 'java')));
    },
    // The usual repository may hold another build of the same version.
    run: ['mvn', '--quiet', '--batch-mode', '-Dmaven.repo.local=.m2', 'compile', 'exec:java', '-Dexec.mainClass=Main'],
  },
  go: {
    program: 'main.go',
    prepare: ({ project, built, root, run }) => {
      // The proxy of Go modules may lack this version of cdk8s.
      code('go', root, path.join(built, 'cdk8s'), run, peer('cdk8s', root, built));
      code('go', root, built, run);
      fs.writeFileSync(path.join(project, 'go.mod'), [
        'module shop', '', 'go 1.25', '',
        `replace github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2 => ${path.join(built, 'cdk8s', 'go', 'cdk8s')}`,
        `replace github.com/cdk8s-mesh/cdk8s-mesh-go/cdk8smesh => ${path.join(built, 'go', 'cdk8smesh')}`, '',
      ].join('\n'));
    },
    run: ['sh', '-c', 'go mod tidy && go run .'],
    env: () => ({ GOFLAGS: '-mod=mod' }),
  },
  csharp: {
    program: 'Program.cs',
    prepare: ({ project, built, root, run }) => {
      code('dotnet', root, built, run);
      for (const name of ['cdk8s', 'constructs']) code('dotnet', root, built, run, peer(name, root, built));
      prepareCSharp(path.join(built, 'dotnet'), { project, run });
    },
    run: ['sh', '-c', RUN_CSHARP],
    env: project => environmentOf(project, path.join(project, '..', 'built', 'dotnet')),
  },
};

/** A peer as npm has it, out of the folder of the library, and the others beside it. */
function peer(name: string, root: string, built: string): string {
  const modules = path.join(built, 'npm', 'node_modules');
  for (const one of fs.existsSync(modules) ? [] : ['cdk8s', 'constructs']) fs.cpSync(path.join(root, 'node_modules', one), path.join(modules, one), { recursive: true });
  return path.join(modules, name);
}

function code(target: string, root: string, built: string, run: Setup['run'], of = root): void {
  run(root, 'npx', 'jsii-pacmak', '--target', target, '--code-only', '--outdir', built, of);
}

function pacmak(target: string, root: string, built: string, run: Setup['run']): void {
  run(root, 'npx', 'jsii-pacmak', '--target', target, '--outdir', built);
}

/** Of the peers that the library is compiled with. */
function versions(root: string): { readonly cdk8s: string; readonly constructs: string } {
  return JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).devDependencies;
}

/** With the newest cdk8s that the package takes: the registry does not have each one. */
function pom(repository: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId>
  <artifactId>shop</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <repositories>
    <repository><id>built</id><url>file://${repository}</url></repository>
  </repositories>
  <dependencies>
    <dependency><groupId>dev.cdk8s-mesh</groupId><artifactId>cdk8s-mesh</artifactId><version>0.0.0</version></dependency>
  </dependencies>
</project>
`;
}
