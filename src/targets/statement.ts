import type { MeshTarget } from './mesh-target';
import type { Diagnostic } from '../errors/coded';
import type { Kind, Kinds } from '../model/kinds';

/** What a construct assumes of Services in a target. If the Services differ, the construct has no effect. */
export type Statement = { readonly [K in Spoken]: { readonly kind: K; readonly target: MeshTarget; readonly model: Kinds[K]['model'] } }[Spoken];

export type Spoken = Extract<Kind, 'routes' | 'access' | 'exposure' | 'authentication'>;

export interface Objection {
  readonly diagnostic: Diagnostic;
  readonly isError: boolean;
}
