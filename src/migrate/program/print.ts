import { Code, commentedOut, lines, todo } from './code';
import { INDENT, layout, WIDTH } from './layout';
import { camelCase, GLOBALS, Names, pascalCase, TAKEN_BY_THE_LANGUAGE } from './names';
import { quoted } from './text';
import type { Constant, LibraryName, Program, ProgramChart, Statement } from './tree';
import { declared, suffixOf, Uses } from './uses';
import * as library from '../../index';

/** A program as TypeScript, as its author would have written it. The same program is always the same text. */
export function print(program: Program): string {
  const classes = new Names([...GLOBALS, ...Object.keys(library), 'App', 'Chart', 'Construct', 'Duration']);
  const names = program.charts.map(({ id }) => classes.give(pascalCase(id, 'Chart'), 'Chart'));
  const blocks = [
    [...program.comments.flatMap(comment => lines(comment)(0)), ...imports(program)],
    ...program.charts.map((chart, i) => chartClass(names[i], chart)),
    main(program, names),
  ];
  return `${blocks.map(block => block.join('\n')).join('\n\n')}\n`;
}

function imports({ charts, targets }: Program): string[] {
  const uses = new Uses();
  targets.forEach(target => uses.add(target));
  charts.flatMap(({ statements }) => statements.filter(isWritten)).forEach(statement => {
    uses.imports.add(statement.construct);
    uses.add(statement.props);
  });
  if (targets.length > 0) uses.imports.add('MeshTargets');
  return [
    ...imported('import', ['App', ...(charts.length > 0 ? ['Chart'] : []), ...[...uses.imports].filter(isOfCdk8s)], 'cdk8s'),
    ...imported('import', [...uses.imports].filter(name => !isOfCdk8s(name)).sort(), 'cdk8s-mesh'),
    ...imported('import type', charts.length > 0 ? ['Construct'] : [], 'constructs'),
  ];
}

function isOfCdk8s(name: LibraryName): boolean {
  return name === 'Duration';
}

function imported(keyword: string, names: readonly string[], from: string): string[] {
  if (names.length === 0) return [];
  const line = `${keyword} { ${names.join(', ')} } from ${quoted(from)};`;
  if (line.length <= WIDTH) return [line];
  const filled: string[] = [];
  let last = ' '.repeat(INDENT - 1);
  for (const name of names) {
    if (last.length + name.length + ' ,'.length > WIDTH) {
      filled.push(last);
      last = ' '.repeat(INDENT - 1);
    }
    last += ` ${name},`;
  }
  return [`${keyword} {`, ...filled, last, `} from ${quoted(from)};`];
}

function isWritten({ leftOut }: Statement): boolean {
  return leftOut === undefined;
}

/** Where the statements of a constructor stand. */
const INSIDE = 2 * INDENT;

function chartClass(name: string, { namespace, target, statements }: ProgramChart): string[] {
  const uses = new Uses();
  statements.filter(isWritten).forEach(({ props }) => uses.add(props));
  const constants = declared(uses);
  const names = new Names([...TAKEN_BY_THE_LANGUAGE, 'id', 'scope']);
  const named = new Map(constants.map(constant => {
    const suffix = suffixOf(constant);
    return [constant, names.give(camelCase(constant.name, suffix), suffix)] as const;
  }));
  const code = new Code(named);
  const superArgs = code.of({ namespace });
  const body = [
    [`super(scope, id${namespace === undefined ? '' : `, ${layout(superArgs, INSIDE, 'super(scope, id, '.length, ');'.length)}`});`],
    ...target === undefined ? [] : [[`${targetsAdded('this', [target], code, INSIDE)};`]],
    ...declarations(constants, named, code),
    ...statements.map(statement => written(statement, code)),
  ];
  return [
    `class ${name} extends Chart {`,
    '  constructor(scope: Construct, id: string) {',
    body.map(block => block.map(line => ' '.repeat(INSIDE) + line).join('\n')).join('\n\n'),
    '  }',
    '}',
  ];
}

/** The declarations of constants. Those of one comment are one block. */
function declarations(constants: readonly Constant[], names: ReadonlyMap<Constant, string>, code: Code): string[][] {
  const blocks: string[][] = [];
  let block: string[] = [];
  constants.forEach((constant, i) => {
    const { comment } = constant.options;
    if (i === 0 || comment !== constants[i - 1].options.comment) {
      block = comment === undefined ? [] : [...lines(comment)(INSIDE)];
      blocks.push(block);
    }
    const start = `const ${names.get(constant)} = `;
    block.push(`${start}${layout(code.of(constant.value), INSIDE, start.length, 1)};`);
  });
  return blocks;
}

function written(statement: Statement, code: Code): string[] {
  const doc = code.statement(statement);
  const comments = statement.comments.flatMap(comment => lines(comment)(INSIDE));
  if (statement.leftOut === undefined) return [...comments, `${layout(doc, INSIDE, 0, 1)};`];
  return [...comments, ...todo(statement.leftOut)(INSIDE), ...commentedOut(doc, ';')(INSIDE)];
}

function main({ targets, charts }: Program, names: readonly string[]): string[] {
  return [
    'const app = new App();',
    ...(targets.length > 0 ? [`${targetsAdded('app', targets, new Code(new Map()), 0)};`] : []),
    ...charts.map(({ id }, i) => `new ${names[i]}(app, ${quoted(id)});`),
    'app.synth();',
  ];
}

function targetsAdded(scope: string, targets: Program['targets'], code: Code, indent: number): string {
  const items = targets.map(target => ({ comments: [], doc: code.of(target) }));
  return layout({ open: `MeshTargets.of(${scope}).add(`, close: ')', items, isSpaced: false, hugs: items.length === 1 }, indent, 0, 1);
}
