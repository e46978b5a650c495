import { SECURITY_API_VERSION } from './apis';
import type {
  AuthorizationPolicySpec, AuthorizationPolicySpecRules, AuthorizationPolicySpecRulesToOperation,
} from '../../../imports/istio/security.istio.io';
import type { AccessModel, AccessRule, Source } from '../../model/access';
import type { RequestMatch } from '../../model/match';
import type { PathCondition } from '../../model/path';
import type { Manifest, Plain } from '../dialect';

/**
 * One AuthorizationPolicy of action ALLOW. Without any rules it denies everything: a rule with nothing in it would
 * allow everything.
 */
export function authorizationPolicy({ name, namespace, destination, rules }: AccessModel, trustDomain: string): Manifest {
  const spec: Plain<AuthorizationPolicySpec> = {
    selector: { matchLabels: { ...destination.podSelector } },
    action: 'ALLOW',
    ...(rules.length > 0 && { rules: rules.flatMap(rule => policyRules(rule, trustDomain)) }),
  };
  return { apiVersion: SECURITY_API_VERSION, kind: 'AuthorizationPolicy', metadata: { name, namespace }, spec };
}

/** Conditions on headers hold for all operations of a rule, so each request that has some is a rule of its own. */
function policyRules({ sources, ports, requests }: AccessRule, trustDomain: string): Plain<AuthorizationPolicySpecRules>[] {
  const from = [{ source: { principals: sources.map(source => principal(source, trustDomain)) } }];
  const portNumbers = ports.map(p => String(p.port));
  if (requests.length === 0) {
    return [{ from, to: [{ operation: { ports: portNumbers } }] }];
  }
  const plain = requests.filter(request => request.headers.length === 0);
  return [
    ...(plain.length > 0 ? [{ from, to: plain.map(request => ({ operation: operation(portNumbers, request) })) }] : []),
    ...requests.filter(request => request.headers.length > 0).map(request => ({
      from,
      to: [{ operation: operation(portNumbers, request) }],
      when: request.headers.map(h => ({ key: `request.headers[${h.name}]`, values: [h.value] })),
    })),
  ];
}

function operation(ports: string[], { methods, path }: RequestMatch): Plain<AuthorizationPolicySpecRulesToOperation> {
  return {
    ports,
    ...(methods.length > 0 && { methods: [...methods] }),
    ...(path !== undefined && { paths: paths(path) }),
  };
}

/** A trailing `*` makes a plain string prefix; with the `/` before it, and the path itself, it goes by elements. */
function paths({ type, value }: PathCondition): string[] {
  return type === 'exact' ? [value] : [value, `${value}/*`];
}

/** The identity in a client's certificate, without its scheme. `*` is any identity at all. */
function principal(source: Source, trustDomain: string): string {
  switch (source.kind) {
    case 'serviceAccount': return `${trustDomain}/ns/${source.namespace}/sa/${source.name}`;
    case 'namespace': return `${trustDomain}/ns/${source.name}/sa/*`;
    case 'anyAuthenticated': return '*';
    default: throw new Error(`unreachable: ${source.kind} is refused`);
  }
}
