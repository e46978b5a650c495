import type { Export } from './exports';
import { covers, type Intention, keyOf, wildcards } from './intention';
import { hasToken, type Provider } from './jwt-provider';
import type { Action } from './permission';
import { allOf, ALWAYS, anyOf, type Condition, NEVER, noneOf } from '../../../../meaning/condition';
import type { Branch, Source } from '../../../../meaning/decision';
import { exactly, regex, type Text } from '../../../../meaning/text';
import type { Passage } from '../../../../meaning/world';

type Providers = ReadonlyMap<string, readonly Provider[]>;

/** Clients of the mesh; those of another one have another trust domain. */
const OWN = exactly('cluster.local');

/** What an entry says counts if it is contrary to the default; one that is said of less wild sources goes before (hashicorp/consul `agent/xds/rbac.go`). */
export function decidedBy(entries: readonly Intention[], providers: Providers): Branch<Passage>[] {
  const said = entries.map((entry, i) => {
    const before = entries.slice(0, i).filter(({ from }) => keyOf(from) === keyOf(entry.from)
      || (wildcards(from) < wildcards(entry.from) && covers(entry.from, from)));
    const own = allOf(sourceCondition(entry), ...before.length === 0 ? [] : [noneOf(...before.map(sourceCondition))]);
    const [allows, denies] = (['allow', 'deny'] as const).map(action => allOf(own, says(entry, action, providers)));
    return { entry, allows, denies };
  });
  const [allowing, denying] = [said.map(({ allows }) => allows), said.map(({ denies }) => denies)];
  // With one default, either counts, and with the other one the other.
  return said.flatMap(({ entry: { source }, allows, denies }): Branch<Passage>[] => [
    { when: allOf(allows, noneOf(...denying)), then: { value: 'allowed', why: 'an intention allows it', source }, source },
    { when: allOf(denies, noneOf(...allowing)), then: { value: 'denied', why: 'an intention denies it', source }, source },
  ]);
}

function says({ action, permissions }: Intention, wanted: Action, providers: Providers): Condition {
  if (permissions.length === 0) return action === wanted ? ALWAYS : NEVER;
  return anyOf(...permissions.flatMap((permission, i): Condition[] => permission.action !== wanted ? [] : [allOf(
    permission.when,
    ...i === 0 ? [] : [noneOf(...permissions.slice(0, i).map(({ when }) => when))],
    ...permission.providers === undefined ? [] : [hasToken(permission.providers, providers)],
  )]));
}

/** Clients of other meshes have another trust domain. That of a peer stands in no manifest. */
export function elsewhere(entry: Intention | undefined, exported: Export | undefined, source: Source): Branch<Passage> {
  const when: Condition = { type: 'certificate', trustDomain: { type: 'not', of: OWN } };
  const unknown = (why: string, at: Source): Branch<Passage> => ({ when, then: { value: { unknown: why }, why, source: at }, source: at });
  if (entry !== undefined) return unknown(`it is not known which mesh ${entry.abroad} is`, entry.source);
  if (exported === undefined) return { when, then: { value: 'denied', why: 'no intention here names clients of another mesh' }, source };
  return unknown(exported.doubt?.why ?? 'the service is exported, and no intention names its consumers, so the default of the ACLs decides', exported.source);
}

function sourceCondition({ from: { name, namespace }, doubt }: Intention): Condition {
  return allOf({
    type: 'certificate',
    trustDomain: OWN,
    ...(name !== '*' && { serviceAccount: nameText(name) }),
    ...(namespace !== undefined && namespace !== '*' && { namespace: nameText(namespace) }),
  }, ...doubt === undefined ? [] : [doubt]);
}

/** Names stand in an expression as they are. */
function nameText(name: string): Text {
  return name.includes('.') ? regex(name) : exactly(name);
}
