import { MeshProtocol, MeshService } from 'cdk8s-mesh';
import * as kplus from 'cdk8s-plus-33';
import { Construct } from 'constructs';

/** A program of the shop. */
export interface WorkloadProps {
  readonly image: string;
  /** Port of the container, and of its Service. */
  readonly port: number;
  readonly protocol: MeshProtocol;
  /**
   * Versions that run side by side, each with a Service of its own. The Service that clients call selects the first, or
   * all, by `frontDoor`.
   *
   * @default - one version, behind the Service that clients call
   */
  readonly versions?: string[];
  /** @default 'all' */
  readonly frontDoor?: 'first' | 'all';
}

/** A ServiceAccount, a Deployment for each version, and the Services in front of them. */
export class Workload extends Construct {
  public readonly account: kplus.ServiceAccount;
  /** The Service that clients call. */
  public readonly service: MeshService;

  constructor(scope: Construct, private readonly name: string, private readonly props: WorkloadProps) {
    super(scope, name);
    const { versions = [], frontDoor } = props;
    this.account = new kplus.ServiceAccount(this, 'account', { metadata: { name } });
    if (versions.length === 0) {
      this.deploy(name, { app: name });
    }
    for (const version of versions) {
      this.deploy(`${name}-${version}`, { app: name, version });
      this.expose(`${name}-${version}`, { app: name, version });
    }
    const front = this.expose(name, frontDoor === 'first' ? { app: name, version: versions[0] } : { app: name });
    const { ports, podSelector } = MeshService.fromKubeService(front, { protocol: props.protocol });
    // Policies protect the pods of every version, whichever the Service selects.
    this.service = MeshService.of(name, { ports, serviceAccount: this.account.name, podSelector: { app: podSelector!.app } });
  }

  /** The Service of one version, as the mesh sees it. */
  public version(version: string): MeshService {
    return this.service.variant(`${this.name}-${version}`);
  }

  private deploy(name: string, labels: { [key: string]: string }): void {
    const deployment = new kplus.Deployment(this, `${name}-deployment`, {
      metadata: { name },
      podMetadata: { labels },
      select: false,
      replicas: 2,
      serviceAccount: this.account,
      containers: [{ image: this.props.image, portNumber: this.props.port }],
    });
    deployment.select(kplus.LabelSelector.of({ labels }));
  }

  private expose(name: string, labels: { [key: string]: string }): kplus.Service {
    return new kplus.Service(this, `${name}-service`, {
      metadata: { name },
      selector: kplus.Pods.select(this, `${name}-pods`, { labels }),
      ports: [{ name: this.props.protocol.toLowerCase(), port: this.props.port, targetPort: this.props.port }],
    });
  }
}
