/**
 * What does not show as itself, or ends a line: controls, formats such as those that turn the direction of a text, halves of pairs,
 * characters that are none, and every space but the plain one.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

const SHORT: ReadonlyMap<string, string> = new Map([['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t']]);

function escaped(character: string): string {
  return SHORT.get(character) ?? character.split('').map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

/** A text in single quotes. */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(HIDDEN, escaped)}'`;
}

/** The name of a field; quoted only where it has to be. */
export function fieldName(name: string): string {
  // In quotes, too, it would be the prototype.
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/**
 * Lines of a comment. Whatever the text holds, nothing of it ends the comment, and no word begins with an `@`, by which compilers take
 * instructions.
 */
export function commentLines(text: string, width: number): string[] {
  const [first, ...words] = text.replace(HIDDEN, escaped).replace(/(?<=^| )@/g, '\\u0040').trim().split(/ +/);
  const lines: string[] = [];
  let last = first;
  for (const word of words) {
    const line = `${last} ${word}`;
    if (line.length > width - '// '.length) lines.push(last);
    last = line.length > width - '// '.length ? word : line;
  }
  return [...lines, last].map(line => `// ${line}`.trimEnd());
}
