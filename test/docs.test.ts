import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { expectValid } from './schema';
import { Surface } from './surface';
import { RELEASES } from '../imports/schemas/releases';
import { RENDERED, withMarkers } from '../projenrc/api';
import { manifestsOf, outputOf, renderPage, shopPicture, targetsOf } from '../projenrc/pages';
import { PAGE_OF } from '../projenrc/targets';
import { MeshImplementation } from '../src';
import { CATALOGUE } from '../src/targets/catalogue';

const REPOSITORY = 'https://github.com/cdk8s-mesh/cdk8s-mesh';
const root = path.join(__dirname, '..');
const read = (page: string) => fs.readFileSync(path.join(root, page), 'utf8');
const pagesIn = (folder: string) => fs.readdirSync(path.join(root, folder)).map(name => `${folder}/${name}`);
const constructs = pagesIn('docs/constructs');
const deliveries = pagesIn('docs/delivery');

test.each(['docs/architecture.md', ...constructs, ...deliveries])('%s shows what its example gives; `npm run docs` writes it', page => {
  const text = read(page);

  expect(targetsOf(text).length).toBeGreaterThan(0);
  expect(renderPage(text)).toBe(text);
  targetsOf(text).forEach(target => expectValid(...manifestsOf(text, target)));
});

test('README.md shows a program, what it writes, and the shop; `npm run docs` writes it', () => {
  const text = read('README.md');

  expect(text).toContain('<!-- synth: examples/start/main.ts -->');
  expect(renderPage(text)).toBe(text);
  expect(read('docs/shop.svg')).toBe(shopPicture());
  expectValid(...parseAllDocuments(outputOf('examples/start/main.ts')).map(document => document.toJS()));
});

test('docs/start.md shows the files of examples/plus; `npm run docs` writes it', () => {
  const text = read('docs/start.md');

  expect(pagesIn('examples/plus').filter(file => !text.includes(`<!-- file: ${file} -->`))).toEqual([]);
  expect(renderPage(text)).toBe(text);
});

test('docs/map.md shows what its call prints; `npm run docs` writes it', () => {
  const text = read('docs/map.md');

  expect(text).toContain('```mermaid\nflowchart LR');
  expect(renderPage(text)).toBe(text);
});

test.each(['migrate', 'explain', 'diff'])('docs/%s.md shows what its calls print; `npm run docs` writes it', command => {
  const text = read(`docs/${command}.md`);

  expect(text.match(new RegExp(`<!-- run: ${command} `, 'g'))!.length).toBeGreaterThan(2);
  expect(renderPage(text)).toBe(text);
});

test('docs/languages.md shows the programs that run; `npm run docs` writes it', () => {
  const text = read('docs/languages.md');

  expect(pagesIn('examples/start').filter(file => !text.includes(`<!-- file: ${file} -->`))).toEqual([]);
  expect(renderPage(text)).toBe(text);
});

test('docs/releases.md shows what came with each release; `npm run docs` writes it', () => {
  const text = read('docs/releases.md');

  expect(Object.keys(RELEASES).filter(api => !text.includes(`<!-- releases: ${api} -->`))).toEqual([]);
  expect(renderPage(text)).toBe(text);
});

/** What the catalogue calls each mesh behind Gateway API. */
const meshes = Object.keys(MeshImplementation).map(member => [
  member, CATALOGUE.filter(({ code }) => new RegExp(`MeshImplementation\\.${member}\\b`).test(code)).map(({ inWords }) => inWords),
] as const);

test.each(constructs)('%s says what each mesh renders, or why it refuses it', page => {
  const [, ...blocks] = read(page).split('<!-- targets: ');
  const named = blocks.flatMap(block => block.split('<!-- end -->')[0].split('\n').slice(1)).map(line => line.replace(/^- /, '').split(': ')[0]);

  expect(meshes.filter(([, names]) => !names.some(name => named.some(list => new RegExp(`(^|, )${name}( behind Gateway API)?(,|$)`).test(list)))))
    .toEqual([]);
});

test('docstrings of constructs and values say what a thing means, and leave what a mesh renders to the pages', () => {
  const names = new RegExp(`\\b(${CATALOGUE.filter(({ code }) => code.includes('MeshImplementation.')).map(({ inWords }) => inWords).join('|')})\\b`);
  const comments = ['src/intents', 'src/vocabulary'].flatMap(folder => fs.readdirSync(path.join(root, folder)).flatMap(name =>
    read(`${folder}/${name}`).split('\n').filter(line => /^ *(\/?\*|\/\/)/.test(line) && !line.includes('@see')).map(line => `${name}: ${line.trim()}`)));

  expect(comments.length).toBeGreaterThan(500);
  expect(comments.filter(line => names.test(line))).toEqual([]);
});

/** The constructs that people write, each by the name of its file and its page. */
const written = new Surface().calls.filter(({ kind, parameters }) => kind === 'constructor' && parameters.some(({ name }) => name === 'scope'))
  .map(({ of }) => [of, of.replace(/(?<=[a-z])[A-Z]/g, letter => `-${letter}`).toLowerCase()]);

test.each(written)('%s has a page, which its docstring points to, and the lines of the targets in API.md', (name, file) => {
  expect(read(`docs/constructs/${file}.md`)).toContain('\n## What each target renders\n');
  expect(read(`src/intents/${file}.ts`)).toContain(`/docs/constructs/${file}.md#what-each-target-renders`);
  expect(RENDERED).toHaveProperty([name]);
});

test.each(written)('%s shows the example of its page in its docstring, which editors show, and rosetta translates', (_, file) => {
  const [, block] = /```ts\n([^]*?)```/.exec(read(`docs/constructs/${file}.md`))!;
  const [, example] = / \* @example\n((?: \*.*\n)*?) \*\/\nexport class/.exec(read(`src/intents/${file}.ts`))!;

  expect(example.replace(/^ \* ?/gm, '')).toBe(block);
});

test('every page says what each target renders', () => {
  expect(written.length).toBeGreaterThanOrEqual(9);
  constructs.forEach(page => expect(read(page)).toContain('\n## What each target renders\n'));
});

test('docs/targets.md has a row for each target, and each page; `npm run docs` writes it', () => {
  const text = read('docs/targets.md');

  CATALOGUE.forEach(({ code }) => expect(text).toContain(`| \`${code}\` |`));
  expect(renderPage(text)).toBe(text);
});

const targetPages = [...new Set(Object.values(PAGE_OF))];

test.each(targetPages)('docs/targets/%s.md is what the dialects declare, and there is a page of its traps; `npm run docs` writes it', page => {
  const text = read(`docs/targets/${page}.md`);

  expect(text).toContain(`<!-- abilities: ${page} -->`);
  expect(text).toContain(`](../traps/${page}.md)`);
  expect(read('docs/targets.md')).toContain(`](targets/${page}.md)`);
  expect(renderPage(text)).toBe(text);
});

test('each page in docs/targets and docs/traps is of a target, or of a controller', () => {
  const named = [...targetPages, ...deliveries.map(page => path.basename(page, '.md'))];

  expect([...pagesIn('docs/targets'), ...pagesIn('docs/traps')].filter(page => !named.includes(path.basename(page, '.md')))).toEqual([]);
});

test('docs/traps.md lists each page of traps', () => {
  expect(pagesIn('docs/traps').filter(page => !read('docs/traps.md').includes(`](${page.slice('docs/'.length)})`))).toEqual([]);
});

test('README.md lists each page of a construct', () => {
  expect(constructs.filter(page => !read('README.md').includes(`](${REPOSITORY}/blob/main/${page})`))).toEqual([]);
});

/** The anchors of a page: those of its headings, as GitHub makes them, and its own. */
const anchorsOf = (page: string) => [
  ...[...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-')),
  ...[...read(page).matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id),
];

/** Where a link leads in this repository: the file, and the section of it; nowhere, if it leads elsewhere. */
function linksOf(page: string): { readonly link: string; readonly file: string; readonly section: string | undefined }[] {
  return [...read(page).replace(/```[^]*?```/g, '').matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, to, section]) => {
    const [, here] = new RegExp(`^${REPOSITORY}/(?:blob|tree)/main/(.+)`).exec(to) ?? [];
    if (here === undefined && /^https?:/.test(to)) return [];
    return [{ link, section, file: here ?? (to === '' ? page : path.posix.join(path.posix.dirname(page), to)) }];
  });
}

/** Every page that people read but for API.md, which jsii-docgen writes. */
const pages = ['README.md', 'CONTRIBUTING.md', 'conformance/README.md', ...fs.readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.md')).map(name => `docs/${name}`)];

test.each(pages)('%s: its links lead to a file, and to a section that is there', page => {
  const hasSection = (file: string, section?: string) => section === undefined || anchorsOf(file).includes(section);
  const broken = linksOf(page).filter(({ file, section }) => !fs.existsSync(path.join(root, file)) || !hasSection(file, section));

  expect(broken.map(({ link }) => link)).toEqual([]);
});

test('README.md is in the package, and links to nothing by its place that is not', () => {
  const relative = [...read('README.md').matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, file]) => file);

  expect(relative).toEqual(['docs/shop.svg']);
  expect(read('.npmignore')).toContain('\n!/docs/shop.svg\n');
});

test('API.md says of each construct and value what each target renders; `npm run docs` writes it beneath what jsii-docgen has written', () => {
  const api = read('API.md');

  expect(renderPage(withMarkers(api))).toBe(api);
});

test('API.md has the lines of every page', () => {
  const shown = new Set<string>(Object.values(RENDERED).flat());
  const missing = constructs.flatMap(page => [
    ...read(page).matchAll(/<!-- targets: ([^>]+) -->/g),
  ].map(([, rendered]) => rendered)).filter(rendered => !shown.has(rendered));

  expect(missing).toEqual([]);
});
