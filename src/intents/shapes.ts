import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { Shape } from '../shape';
import { fields, instanceOf, listOf, mapOf, NUMBER, optional, TEXT } from '../shape';
import { Identity } from '../vocabulary/identity';
import { MeshService } from '../vocabulary/mesh-service';
import { RequestMatch } from '../vocabulary/request-match';

export const SERVICE = instanceOf(MeshService, "a MeshService, such as `MeshService.of('cart', { port: 8080 })`");
export const IDENTITIES = listOf(instanceOf(Identity, "an Identity, such as `Identity.serviceAccount('web')`"));
export const REQUESTS = listOf(instanceOf(RequestMatch, "a match, such as `HttpMatch.of({ pathPrefix: '/cart' })`"));
export const PORTS = listOf(NUMBER);

const METADATA = fields({
  name: optional(TEXT),
  namespace: optional(TEXT),
  labels: optional(mapOf(TEXT)),
  annotations: optional(mapOf(TEXT)),
});

/** The props of an intent: those that all have, and its own. */
export function intentProps(own: Readonly<Record<string, Shape>>): Shape {
  return fields({ metadata: optional(METADATA), ...own });
}

/** The props of an intent that routes a Service. */
export function routeProps(own: Readonly<Record<string, Shape>>): Shape {
  return intentProps({ service: SERVICE, ports: optional(PORTS), ...own });
}

const SCOPE = instanceOf(Construct, 'the chart in which it stands');

/** The path that a construct will have. What it is made from is of the shape it has to be. */
export function checkedPath(scope: IConstruct, id: string, props: unknown, shape: Shape): string {
  TEXT('intent', 'id', id);
  SCOPE(`intent '${id}'`, 'scope', scope);
  const path = [scope.node.path, id].filter(part => part !== '').join('/');
  shape(path, 'props', props);
  return path;
}
