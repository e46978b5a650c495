import type { IConstruct } from 'constructs';
import type { MeshTarget } from './mesh-target';
import type { Diagnostic } from '../errors/coded';
import type { Kind, Kinds } from '../model/kinds';

/** What a construct assumes of Services in a target. If the Services differ, the construct has no effect. */
export type Statement = {
  readonly [K in Spoken]: { readonly kind: K; readonly target: MeshTarget; readonly model: Kinds[K]['model'] } & (K extends 'routes' ? RouteRendering : unknown)
}[Spoken];

interface RouteRendering {
  /** Whether anything of the route is rendered. */
  readonly isRendered: boolean;
  /** Whether a controller writes the route, and what stands beside it. */
  readonly isMoved: boolean;
}

export type Spoken = Extract<Kind, 'routes' | 'access' | 'gatewayAccess' | 'exposure' | 'authentication' | 'externalAuthorization' | 'egress'>;

/** The statements of a construct, and the chart that it stands in. */
export interface Speaker {
  readonly intent: IConstruct;
  readonly statements: readonly Statement[];
  readonly chart: unknown;
}

/** All statements of a kind, with the constructs that make them. */
export function said<K extends Spoken>(speakers: readonly Speaker[], kind: K) {
  const found: { readonly intent: IConstruct; readonly statement: Extract<Statement, { readonly kind: K }> }[] = [];
  for (const { intent, statements } of speakers) {
    for (const statement of statements) {
      if (isOf(statement, kind)) found.push({ intent, statement });
    }
  }
  return found;
}

function isOf<K extends Spoken>(statement: Statement, kind: K): statement is Extract<Statement, { readonly kind: K }> {
  return statement.kind === kind;
}

/** What is wrong with a construct. */
export interface Told {
  readonly intent: IConstruct;
  readonly objection: Objection;
}

export interface Objection {
  readonly diagnostic: Diagnostic;
  readonly isError: boolean;
}
