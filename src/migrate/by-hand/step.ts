/** Something that is left to do, with the commands for it if there are any. */
export interface Step {
  /** A sentence without a full stop. */
  readonly what: string;
  readonly commands: readonly string[];
}

export function step(what: string, ...commands: readonly string[]): Step {
  return { what, commands };
}

/** A command for a shell: names are what users wrote, and may hold anything. */
export function shell(...words: readonly string[]): string {
  return words.map(word => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}
