export interface Case {
  /** Says what is wrong, or what is only just right. */
  readonly name: string;
  readonly manifest: any;
  /**
   * What the API server should answer; a corpus that is wrong about this is a defect of the corpus.
   *
   * @default - either way, as long as both agree
   */
  readonly valid?: boolean;
}

export type Path = ReadonlyArray<string | number>;

/** Stands for a field that is left out. */
export const NOTHING = Symbol('nothing');

/** A copy with one value replaced; the rest is shared. */
export function replaced(value: any, path: Path, by: unknown): any {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const item = replaced(value[key], rest, by);
  if (item === NOTHING) {
    delete copy[key];
  } else {
    copy[key] = item;
  }
  return copy;
}

export function named({ kind, apiVersion }: any, path: Path, what: string): string {
  const where = path.map(step => typeof step === 'number' ? `[${step}]` : `.${step}`).join('').replace(/^\./, '');
  return `${apiVersion} ${kind}: ${[where, what].filter(Boolean).join(' ')}`;
}
