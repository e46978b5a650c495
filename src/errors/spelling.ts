/** A language that calls the library by jsii, in which names are spelled another way. */
interface Language {
  readonly name: string;
  /** How its runtime begins to introduce itself, in `JSII_AGENT`. */
  readonly agent: RegExp;
  spell(owner: string | undefined, member: string): string;
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** Java spells names as TypeScript does. */
const LANGUAGES: readonly Language[] = [
  {
    name: 'Python',
    agent: /^Python/,
    spell: (owner, member) => [...owner === undefined ? [] : [owner], member.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)].join('.'),
  },
  { name: 'Go', agent: /^go/, spell: (owner, member) => [...owner === undefined ? [] : [owner], capital(member)].join('_') },
  { name: 'C#', agent: /^DotNet/, spell: (owner, member) => [...owner === undefined ? [] : [owner], capital(member)].join('.') },
];

/** A sentence for those whose language spells the names in it another way: how it spells them. */
export function spelledIn(agent: string | undefined, sentence: string): string {
  const language = LANGUAGES.find(one => agent !== undefined && one.agent.test(agent));
  if (language === undefined) return '';
  const code = [...sentence.matchAll(/`([^`]+)`/g)].map(([, text]) => text.replace(/'[^']*'/g, "''"));
  const names = code.flatMap(text => [...text.matchAll(/(?<![\w.$-])(?:([A-Z]\w*)\.)?([a-z]\w*)(?![\w-])/g)])
    .filter(([, owner, member]) => owner !== undefined || /[A-Z]/.test(member))
    .map(([name, owner, member]) => ({ name, spelled: language.spell(owner, member) }));
  const different = [...new Map(names.filter(({ name, spelled }) => name !== spelled).map(({ name, spelled }) => [name, spelled])).values()];
  return different.length === 0 ? '' : ` In ${language.name}: ${different.map(name => `\`${name}\``).join(', ')}.`;
}
