/** What is used of the package, which brings no types. */
declare module 'js-yaml' {
  export class Type {
    public constructor(tag: string, options: {
      readonly kind: 'scalar' | 'sequence' | 'mapping';
      readonly resolve?: (data: any) => boolean;
      readonly construct?: (data: any) => unknown;
      /** Whether it is for every tag that begins so. */
      readonly multi?: boolean;
    });
  }

  export class Schema {
    public extend(types: { readonly implicit: readonly Type[]; readonly explicit: readonly Type[] }): Schema;
  }

  export const FAILSAFE_SCHEMA: Schema;
  export const DEFAULT_SCHEMA: Schema;
  export const types: { readonly merge: Type };

  export class YAMLException extends Error {
    public readonly reason: string;
    public readonly mark: { readonly line: number };
  }

  /** Where the parser stands; when a node closes, also what was read. */
  export interface State {
    readonly line: number;
    readonly kind: 'scalar' | 'sequence' | 'mapping' | null;
    readonly result: unknown;
  }

  export function loadAll(text: string, iterator: null, options: {
    readonly schema: Schema;
    readonly maxDepth: number;
    readonly maxTotalMergeKeys: number;
    readonly listener?: (event: 'open' | 'close', state: State) => void;
  }): unknown[];
}
