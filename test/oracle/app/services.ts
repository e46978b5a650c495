import { ApiObject, type Chart } from 'cdk8s';
import type { Form, Running, RunningPort, Telling } from './world';
import type { MeshServiceOptions, MeshServicePort } from '../../../src';
import { MeshProtocol, MeshService } from '../../../src';
import type { Pod } from '../../../src/evaluators/access/request';
import type { Every } from '../../../src/model/fields';

/** The MeshService of a Service, by its object where the app has it. */
export const TOLD: Readonly<Record<Telling, (service: Running, object: ApiObject | undefined) => MeshService>> = {
  'in words': inWords,
  // What has no selector does not tell which pods a policy is for.
  'read': (service, object) => service.form === 'selectorless' ? inWords(service)
    : MeshService.fromKubeService(object!, { serviceAccount: service.serviceAccount }),
  'in words, beside the objects': inWords,
  'in few words, beside the objects': service => withPorts(service, inFewWords),
  'in too few words, beside the objects': service => withPorts(service, ({ port, protocol }) => ({ port, protocol: MeshProtocol[protocol] })),
};

function withPorts({ name, namespace, serviceAccount, podSelector, ports }: Running, said: (port: RunningPort) => MeshServicePort): MeshService {
  return MeshService.of(name, { namespace, serviceAccount, podSelector: { ...podSelector }, ports: ports.map(said) });
}

function inWords({ name, namespace, serviceAccount, podSelector, ports, form }: Running): MeshService {
  const options: Omit<Every<MeshServiceOptions>, 'port' | 'protocol'> = {
    namespace,
    serviceAccount,
    podSelector: { ...podSelector },
    headless: form === 'headless' ? true : undefined,
    ports: ports.map((port): Every<MeshServicePort> => ({
      port: port.port,
      protocol: MeshProtocol[port.protocol],
      name: port.name,
      appProtocol: port.appProtocol,
      targetPort: port.targetPort,
      targetPortName: port.byName ? port.containerPortName : undefined,
      containerPortName: port.containerPortName,
    })),
  };
  return MeshService.of(name, options);
}

/** Numbers that are the same need no words. */
function inFewWords({ port, protocol, targetPort, byName, containerPortName }: RunningPort): MeshServicePort {
  return {
    port,
    protocol: MeshProtocol[protocol],
    ...(byName ? { targetPortName: containerPortName, targetPort } : targetPort !== port && { targetPort }),
    ...(containerPortName !== undefined && { containerPortName }),
  };
}

const SPECS: Readonly<Record<Form, (podSelector: Running['podSelector']) => object>> = {
  'address with selector': selector => ({ selector }),
  'headless': selector => ({ selector, clusterIP: 'None' }),
  'externalName': () => ({ type: 'ExternalName', externalName: 'elsewhere.example.com' }),
  'selectorless': () => ({}),
};

export function kubeService(chart: Chart, { name, namespace, podSelector, form, ports }: Running): ApiObject {
  return new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      ...SPECS[form](podSelector),
      ports: ports.map(({ port, name: portName, protocol, targetPort, byName, containerPortName, appProtocol }) =>
        ({ port, name: portName, ...transport(protocol), targetPort: byName ? containerPortName : targetPort, appProtocol })),
    },
  } as any);
}

export function kubeWorkload(chart: Chart, { service, namespace, labels, serviceAccount, ports }: Pod): ApiObject {
  return new ApiObject(chart, `${service}-workload`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: service, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: serviceAccount,
          containers: [{
            name: service, image: service, ports: ports.map(({ port, name, protocol }) => ({ containerPort: port, name, ...transport(protocol) })),
          }],
        },
      },
    },
  } as any);
}

function transport(protocol: RunningPort['protocol']): { readonly protocol?: 'UDP' } {
  return protocol === 'UDP' ? { protocol } : {};
}
