import { CanaryRelease, HttpMatch, Identity, MeshService, ServiceAccessPolicy } from 'cdk8s-mesh';
import { Chart } from 'cdk8s';
import { Construct } from 'constructs';

export interface BankChartProps {
  readonly namespace: string;
  /** Who may order transfers. */
  readonly clients: Identity[];
  /** Percent of requests that go to the next version. */
  readonly canaryWeight: number;
}

/**
 * The traffic of the bank service, as the team that owns it ships it to others. It knows nothing of the mesh: that is
 * for the app to say.
 */
export class BankChart extends Chart {
  constructor(scope: Construct, id: string, props: BankChartProps) {
    super(scope, id, { namespace: props.namespace });
    const bank = MeshService.of('bank', { port: 8080, serviceAccount: 'bank', podSelector: { app: 'bank' } });

    new CanaryRelease(this, 'release', {
      service: bank,
      stable: bank.variant('bank-stable'),
      canary: bank.variant('bank-next'),
      weight: props.canaryWeight,
    });

    new ServiceAccessPolicy(this, 'access', {
      destination: bank,
      allow: [{ sources: props.clients, requests: [HttpMatch.of({ methods: ['POST'], pathPrefix: '/transfers' })] }],
    });
  }
}
