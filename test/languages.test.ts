import { Surface } from './surface';

/** The words that a program cannot have as names, where names of the library are spelled as these are. */
const RESERVED = {
  python: [
    'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del', 'elif', 'else', 'except', 'finally', 'for', 'from', 'global', 'if',
    'import', 'in', 'is', 'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield', 'self',
  ],
  java: [
    'abstract', 'assert', 'boolean', 'break', 'byte', 'case', 'catch', 'char', 'class', 'const', 'continue', 'default', 'do', 'double', 'else', 'enum',
    'extends', 'final', 'finally', 'float', 'for', 'goto', 'if', 'implements', 'import', 'instanceof', 'int', 'interface', 'long', 'native', 'new', 'null',
    'package', 'private', 'protected', 'public', 'return', 'short', 'static', 'strictfp', 'super', 'switch', 'synchronized', 'this', 'throw', 'throws',
    'transient', 'true', 'false', 'try', 'void', 'volatile', 'while', 'build', 'getClass', 'notify', 'wait',
  ],
};

const surface = new Surface();
const snake = (name: string) => name.replace(/(?<=.)[A-Z]/g, letter => `_${letter}`).toLowerCase();
const members = [
  ...surface.calls.filter(({ kind }) => kind !== 'constructor').map(({ name }) => name),
  ...surface.structs.flatMap(struct => surface.fieldsOf(struct).map(({ name }) => `${struct}.${name}`)),
];
const ownName = (name: string) => name.split('.').at(-1) ?? name;

test('no name of a member is a word of Python or Java, where jsii would have to change it; Go and C# write members with a capital', () => {
  expect(members.length).toBeGreaterThan(300);
  expect(members.filter(name => RESERVED.python.includes(snake(ownName(name))) || RESERVED.java.includes(ownName(name)))).toEqual([]);
});

test('no parameter is a word of Python, where it can be given by its name; elsewhere parameters have none, or `@` before it', () => {
  const parameters = surface.calls.flatMap(({ name, parameters: taken }) => taken.map(parameter => `${name}.${parameter.name}`));

  expect(parameters.length).toBeGreaterThan(100);
  expect(parameters.filter(name => RESERVED.python.includes(snake(ownName(name))))).toEqual([]);
});
