import { CanaryRelease, HttpMatch, Identity, MeshService, MovingField, ReleaseCheck, ServiceAccessPolicy, Workload } from 'cdk8s-mesh';
import { ApiObject, Chart, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { Construct } from 'constructs';

export interface CartProps {
  /** Whether the Services are in Git. Flagger makes them itself. */
  readonly services: boolean;
}

/** The cart: one Deployment, who may call it, and how a new version of it comes to its users. It knows nothing of mesh and controller. */
export class Cart extends Chart {
  /** What is not Git's to say while a release moves. */
  public readonly movingFields: MovingField[];

  constructor(scope: Construct, id: string, { services }: CartProps) {
    super(scope, id, { namespace: 'shop' });

    const deployment = this.deploy();
    if (services) {
      ['cart', 'cart-primary', 'cart-canary'].forEach(name => this.expose(name));
    }

    // Not by `app`: Flagger gives the stable pods another value of it.
    const cart = MeshService.of('cart', { port: 8080, serviceAccount: 'cart', podSelector: { 'app.kubernetes.io/part-of': 'cart' } });

    const release = new CanaryRelease(this, 'release', {
      service: cart,
      stable: cart.variant('cart-primary'),
      canary: cart.variant('cart-canary'),
      progression: {
        workload: Workload.fromKubeDeployment(deployment, { replicas: 3 }),
        weights: [5, 20, 50],
        interval: Duration.minutes(2),
        checks: [ReleaseCheck.successRate({ atLeast: 99 }), ReleaseCheck.latency({ atMost: Duration.millis(500) })],
      },
    });
    this.movingFields = release.movingFields();

    new ServiceAccessPolicy(this, 'access', {
      destination: cart,
      allow: [{ sources: [Identity.serviceAccount('web', 'front')], requests: [HttpMatch.of({ pathPrefix: '/cart' })] }],
    });
  }

  private deploy(): kplus.Deployment {
    const deployment = new kplus.Deployment(this, 'deployment', {
      metadata: { name: 'cart' },
      podMetadata: { labels: { 'app': 'cart', 'app.kubernetes.io/part-of': 'cart' } },
      select: false,
      serviceAccount: new kplus.ServiceAccount(this, 'account', { metadata: { name: 'cart' } }),
      containers: [{ image: 'registry.example.com/cart:1.4.0', portNumber: 8080 }],
    });
    deployment.select(kplus.LabelSelector.of({ labels: { app: 'cart' } }));
    // The controller scales it.
    ApiObject.of(deployment).addJsonPatch(JsonPatch.remove('/spec/replicas'));
    return deployment;
  }

  private expose(name: string): void {
    new kplus.Service(this, name, {
      metadata: { name },
      selector: kplus.Pods.select(this, `${name}-pods`, { labels: { app: 'cart' } }),
      ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
    });
  }
}
