/** What a reader of manifests takes no object for, beyond its CRD: the webhook, the controller, the agent. By the kind of the object. */
export type Reader = Readonly<Record<string, (manifest: any) => readonly Complaint[]>>;

export type Complaint = string | false;

export const each = <T>(list: readonly T[] | undefined, complaints: (one: T) => readonly Complaint[]): Complaint[] =>
  (list ?? []).flatMap(complaints);

export const unless = (holds: boolean, complaint: string): Complaint => !holds && complaint;

/** A part of a DNS name, in lower or upper case. */
export const isDnsLabel = (text: string): boolean => /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(text) && text.length <= 63;

/** Bits, as an address of either version has them. */
export function bitsOf(address: string): string {
  if (!address.includes(':')) {
    return address.split('.').map(octet => Number(octet).toString(2).padStart(8, '0')).join('');
  }
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...octets) =>
    octets.slice(0, 4).map(octet => Number(octet).toString(16).padStart(2, '0')).join('').replace(/(....)(....)/, '$1:$2'));
  const [head, tail = ''] = hex.split('::').map(side => side.split(':').filter(group => group !== '').map(group => group.padStart(4, '0')).join(''));
  return [...head + tail.padStart(32 - head.length, '0')].map(digit => parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
}

export interface Block {
  readonly bits: string;
  readonly length: number;
}

export function blockOf(cidr: string): Block {
  const [address, length] = cidr.split('/');
  return { bits: bitsOf(address), length: Number(length) };
}

export const holds = (whole: Block, part: Block): boolean =>
  whole.bits.length === part.bits.length && whole.length <= part.length && part.bits.startsWith(whole.bits.slice(0, whole.length));
