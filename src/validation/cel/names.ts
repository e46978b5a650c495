/**
 * Functions that the package has, but not as Kubernetes' CEL has them, and does not let be replaced. They are registered
 * under another name.
 */
export const REPLACED = [
  'duration', 'has', 'indexOf', 'int', 'join', 'lastIndexOf', 'lowerAscii', 'matches', 'split', 'string', 'substring', 'trim', 'upperAscii',
] as const;

const LITERAL = /r?"""[^]*?"""|r?'''[^]*?'''|r"[^"]*"|r'[^']*'|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/;
const CALL = new RegExp(`${LITERAL.source}|\\b(${REPLACED.join('|')})(?=\\s*\\()`, 'gi');

/** An expression with the names under which its functions are registered; its texts stay as they are. */
export function renamed(expression: string): string {
  return expression.replace(CALL, (found, name?: any) => REPLACED.includes(name) ? own(name) : found);
}

/** The name under which a replaced function is registered. */
export function own(name: string): string {
  return `kubernetes_${name}`;
}
