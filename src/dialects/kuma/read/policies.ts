import { clientsOf } from './clients';
import type { Identities } from './identities';
import { defaultsOf, type Target, targetOf } from './target';
import { anyOf, type Condition, type Doubt } from '../../../meaning/condition';
import type { ReadObject } from '../../../reading/objects';
import { doubtOf } from '../../../reading/understood';

/** What a MeshTrafficPermission says of clients with certificates. */
export interface Permission extends Target {
  readonly denied: Condition;
  readonly allowed: Condition;
  readonly unknown?: Doubt;
}

export function permissionOf(object: ReadObject, identities: Identities): Permission | undefined {
  const target = targetOf(object);
  if (target === undefined) return undefined;
  const rules = defaultsOf(object).map(rule => ({
    // What is only reported is let in.
    allowed: anyOf(...['allow', 'allowWithShadowDeny'].map(name => clientsOf(rule.field(name), identities))),
    denied: clientsOf(rule.field('deny'), identities),
  }));
  const unknown = unknownIn(object);
  return {
    ...target,
    denied: anyOf(...rules.map(({ denied }) => denied)),
    allowed: anyOf(...rules.map(({ allowed }) => allowed)),
    ...(unknown && { unknown }),
  };
}

/** What a MeshTLS says of plain text. */
export interface Tls extends Target {
  /** Absent where it says nothing. */
  readonly mode?: 'Strict' | 'Permissive';
  readonly unknown?: Doubt;
}

export function tlsOf(object: ReadObject): Tls | undefined {
  const target = targetOf(object);
  if (target === undefined) return undefined;
  const modes = defaultsOf(object).flatMap(rule => {
    ['tlsVersion', 'tlsCiphers'].forEach(name => rule.field(name).take());
    const mode = rule.field('mode').text();
    if (mode === 'Strict' || mode === 'Permissive') return [mode] as const;
    if (mode !== undefined) rule.field('mode').doubt('Kuma has no such mode');
    return [];
  });
  const [mode, ...others] = modes;
  if (others.length > 0) object.fields.field('spec').field('rules').doubt('one mode is enough');
  const unknown = unknownIn(object);
  return { ...target, ...(mode !== undefined && { mode }), ...(unknown && { unknown }) };
}

/** Something that is not understood, beside whom it is for. */
function unknownIn({ fields }: ReadObject): Doubt | undefined {
  const [doubt] = fields.doubts();
  return doubt && doubtOf(doubt);
}
