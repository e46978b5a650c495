import type { Complaint, Reader } from './reader';
import { blockOf, each, holds, unless } from './reader';

/** An API server about NetworkPolicies: kubernetes/kubernetes `pkg/apis/networking/validation/validation.go`. */
export const API_SERVER: Reader = {
  NetworkPolicy: ({ spec: { podSelector, ingress, egress } }) => [
    ...selector(podSelector),
    ...each<any>(ingress, ({ from, ports }) => [...each(from, peer), ...each(ports, port)]),
    ...each<any>(egress, ({ to, ports }) => [...each(to, peer), ...each(ports, port)]),
  ],
};

function peer({ ipBlock, podSelector, namespaceSelector }: any): Complaint[] {
  return [
    unless([ipBlock, podSelector, namespaceSelector].some(one => one !== undefined), 'a peer says nothing'),
    unless(ipBlock === undefined || (podSelector === undefined && namespaceSelector === undefined), 'a block beside a selector'),
    ...(ipBlock === undefined ? [] : blocks(ipBlock)),
    ...selector(podSelector),
    ...selector(namespaceSelector),
  ];
}

function blocks({ cidr, except }: any): Complaint[] {
  const whole = blockOf(cidr);
  return [cidr, ...except ?? []].map(one => unless(!blockOf(one).bits.slice(blockOf(one).length).includes('1'), `bits behind the prefix of ${one}`))
    .concat((except ?? []).map((one: string) => unless(holds(whole, blockOf(one)) && blockOf(one).length > whole.length, `${one} is no part of ${cidr}`)));
}

function port({ port: of, protocol }: any): Complaint[] {
  return [
    unless(['TCP', 'UDP', 'SCTP'].includes(protocol), `the protocol ${protocol}`),
    unless(typeof of === 'number' ? of >= 1 && of <= 65535 : /^(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(of) && /[a-z]/.test(of), `the port ${of}`),
  ];
}

function selector(labels: any): Complaint[] {
  return Object.entries<string>(labels?.matchLabels ?? {}).flatMap(([key, value]) => {
    const [name, domain = 'a'] = key.split('/').reverse();
    return [
      unless(isLabelName(name) && domain.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(domain), `the label ${key}`),
      unless(value === '' || isLabelName(value), `the value ${value}`),
    ];
  });
}

const isLabelName = (text: string): boolean => /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text) && text.length <= 63;
