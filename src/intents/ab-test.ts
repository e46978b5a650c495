import type { Construct } from 'constructs';
import type { RouteIntentProps } from './route-intent';
import { RouteIntent } from './route-intent';
import { checkedPath, REQUESTS, routeProps, SERVICE } from './shapes';
import type { Fields } from '../model/fields';
import type { MeshService } from '../vocabulary/mesh-service';
import { checkNotEmpty } from '../vocabulary/names';
import type { RequestMatch } from '../vocabulary/request-match';

/**
 * Properties of `AbTest`.
 */
export interface AbTestProps extends RouteIntentProps {
  /**
   * The version for everyone else.
   */
  readonly a: MeshService;

  /**
   * The version for the audience of the test.
   */
  readonly b: MeshService;

  /**
   * The requests of the audience, any of which may match, such as requests with a certain cookie or header.
   */
  readonly audience: RequestMatch[];
}

const PROPS = routeProps<AbTestProps>({ a: SERVICE, b: SERVICE, audience: REQUESTS });

/**
 * Some users see version B of a Service, all others version A; no request goes to a version by chance.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/ab-test.md#what-each-target-renders
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-split/v1alpha4/traffic-split.md
 */
export class AbTest extends RouteIntent {
  constructor(scope: Construct, id: string, props: AbTestProps) {
    const path = checkedPath(scope, id, props, PROPS);
    const { a, b, audience }: Fields<AbTestProps, 'a' | 'b' | 'audience', keyof RouteIntentProps> = props;
    checkNotEmpty(path, 'audience', audience, 'Say whose requests go to version B');
    super(scope, id, props, [
      { matches: audience, backends: [{ service: b, weight: 100 }] },
      { backends: [{ service: a, weight: 100 }] },
    ]);
  }
}
