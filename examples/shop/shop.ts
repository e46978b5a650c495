import { AbTest, CanaryRelease, HttpMatch, Identity, ServiceAccessPolicy } from 'cdk8s-mesh';
import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { EDGES, WorkloadName, WORKLOADS } from './topology';
import { Workload, WorkloadProps } from './workload';

/** A web shop: its programs, one canary, one A/B test, and who may call whom. */
export class Shop extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'shop' });
    const names = Object.keys(WORKLOADS) as WorkloadName[];
    const workloads = Object.fromEntries(names.map(name => [name, new Workload(this, name, WORKLOADS[name] as unknown as WorkloadProps)]));
    const { cart, frontend } = workloads;

    new CanaryRelease(this, 'cart-release', {
      service: cart.service,
      stable: cart.version('v1'),
      canary: cart.version('v2'),
      weight: 10,
    });

    new AbTest(this, 'frontend-test', {
      service: frontend.service,
      a: frontend.version('a'),
      b: frontend.version('b'),
      audience: [HttpMatch.cookie('frontend', 'b')],
    });

    for (const name of names) {
      new ServiceAccessPolicy(this, `${name}-access`, {
        destination: workloads[name].service,
        allow: EDGES.filter(({ callee }) => callee === name).map(({ caller, requests }) => ({
          sources: [caller === 'ingress'
            ? Identity.serviceAccount('ingress-gateway', 'ingress')
            : Identity.fromKubeServiceAccount(workloads[caller].account)],
          requests,
        })),
      });
    }
  }
}
