import * as fs from 'node:fs';
import * as path from 'node:path';
import { PROVOCATIONS } from './provocations';
import { HttpMatch } from '../src';
import { CODES, type Code } from '../src/errors/codes';

const root = path.join(__dirname, '..');
const codes = Object.keys(CODES) as Code[];
const said = new Map<Code, string>();

/** The line in which a provocation says the code. */
function lineOf(code: Code): string {
  const text = said.get(code) ?? PROVOCATIONS[code]();
  said.set(code, text);
  return text.split('\n').find(line => line.includes(`${code}: `))?.trim() ?? `no ${code} in: ${text}`;
}

const { repository } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const addressOf = (code: Code) => ` See ${repository.url.replace(/\.git$/, '')}/blob/main/docs/errors.md#${code.toLowerCase()}`;

/** Without the address. */
function messageOf(code: Code): string {
  return lineOf(code).replace(addressOf(code), '');
}

describe('every error and every warning can be provoked, and has its code', () => {
  // Those that are thrown, those that cdk8s collects, warnings, and what the command prints.
  test.each(codes)('%s', code => {
    expect(lineOf(code).split(addressOf(code))).toEqual([expect.stringMatching(/[.?]$/), '']);
    expect(messageOf(code)).toMatch(new RegExp(`^(\\[[^\\]]+\\] (warning )?|([\\w.]+:\\d+: )?(error|warning) )${code}: \\S`));
  });

  test('and no other one', () => {
    expect(Object.keys(PROVOCATIONS)).toEqual(codes);
  });
});

test('what is thrown has the code as a property', () => {
  expect(() => HttpMatch.of({})).toThrow(expect.objectContaining({ code: 'MESH1110', message: expect.stringContaining('MESH1110') }));
});

describe('docs/errors.md', () => {
  const page = fs.readFileSync(path.join(root, 'docs/errors.md'), 'utf8');
  const sections = page.split(/^#+ (?=MESH)/m).slice(1)
    .map(text => /^(?<code>MESH\d+): (?<title>.*)\n(?<body>[^]*)/.exec(text)!.groups as { code: Code; title: string; body: string });

  test('has a section for each code, in order, under its title', () => {
    expect(sections.map(({ code, title }) => `${code}: ${title}`)).toEqual(codes.map(code => `${code}: ${CODES[code]}`));
  });

  test('has the anchor that messages point to before each section', () => {
    expect([...page.matchAll(/^<a id="(mesh\d+)"><\/a>\n\n## (MESH\d+): /gm)].map(([, anchor, code]) => `${code} ${anchor}`))
      .toEqual(codes.map(code => `${code} ${code.toLowerCase()}`));
  });

  test('links to its own sections', () => {
    const anchors = page.match(/^#+ .*/gm)!.map(heading => heading.replace(/^#+ /, '').toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));

    expect([...page.matchAll(/\]\(#(.*?)\)/g)].map(([, anchor]) => anchor).filter(anchor => !anchors.includes(anchor))).toEqual([]);
  });

  test('is linked to by sections that it has', () => {
    const anchors = page.match(/^## .*/gm)!.map(heading => heading.replace(/^#+ /, '').toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
    const pages = fs.readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md'))
      .map(name => fs.readFileSync(path.join(root, 'docs', name), 'utf8'));
    const links = pages.flatMap(text => [...text.matchAll(/errors\.md#(mesh\d+-[^)\s]+)/g)].map(([, anchor]) => anchor));

    expect(links.length).toBeGreaterThan(0);
    expect(links.filter(anchor => !anchors.includes(anchor))).toEqual([]);
  });

  test.each(sections)('$code: shows the message as it is, and says more', ({ code, body }) => {
    const [, example] = /```text\n([^]*?)\n```/.exec(body) ?? [];
    const message = messageOf(code);

    expect(example).toBeDefined();
    expect(example.endsWith('…') ? `${message.slice(0, example.length - 1)}…` : message).toBe(example);
    expect(body.replace(/```[^]*?```/g, '').trim().length).toBeGreaterThan(80);
  });
});

test('the source has every code, and no other', () => {
  const used = new Set(sourcesIn(path.join(root, 'src')).filter(file => !file.endsWith('/errors/codes.ts'))
    .flatMap(file => fs.readFileSync(file, 'utf8').match(/MESH\d{4}/g) ?? []));

  expect([...used].sort()).toEqual([...codes].sort());
});

function sourcesIn(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => path.join(folder, file));
}
