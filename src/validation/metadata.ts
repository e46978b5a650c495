import { normal } from './normal';
import { matches } from './regex';
import { prepared } from './schema';
import { structuralViolations } from './structure';
import { violation, type Path, type Violation } from './violation';

/**
 * Checks the metadata of a new object as an API server does.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/master/pkg/api/validation/objectmeta.go
 */
export function metadataViolations(metadata: unknown): Violation[] {
  const meta = normal(METADATA, metadata ?? {});
  const found = structuralViolations(METADATA, meta, ['metadata']);
  if (found.some(broken => broken.check === 'type')) return found;

  checkName(meta, found);
  if (meta.namespace) check(['metadata', 'namespace'], meta.namespace, isLabelName, found);
  for (const field of ['resourceVersion', 'uid']) {
    if (meta[field]) found.push(violation('metadata', ['metadata', field], 'must not be set on a new object', meta[field]));
  }
  if (meta.managedFields) found.push(violation('metadata', ['metadata', 'managedFields'], 'must not be set on a new object'));
  for (const [key, value] of Object.entries<string | null>(meta.labels ?? {})) {
    check(['metadata', 'labels', key], key, isQualifiedName, found);
    check(['metadata', 'labels', key], value ?? '', isLabelValue, found);
  }
  checkAnnotations(meta.annotations ?? {}, found);
  checkOwners(meta.ownerReferences ?? [], found);
  checkFinalizers(meta.finalizers ?? [], found);
  return found;
}

/** A null in the metadata counts as absent. */
const nullable = (schema: object) => ({ ...schema, nullable: true });

const text = nullable({ type: 'string' });
const boolean = nullable({ type: 'boolean' });
const integer = nullable({ type: 'integer' });
const time = nullable({ type: 'string', format: 'date-time' });
const texts = nullable({ type: 'object', additionalProperties: text });
const METADATA = prepared({
  type: 'object',
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: integer,
    creationTimestamp: time,
    deletionTimestamp: time,
    deletionGracePeriodSeconds: integer,
    labels: texts,
    annotations: texts,
    ownerReferences: nullable({
      'type': 'array',
      'items': nullable({
        type: 'object',
        properties: { apiVersion: text, kind: text, name: text, uid: text, controller: boolean, blockOwnerDeletion: boolean },
      }),
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
    }),
    finalizers: nullable({ 'type': 'array', 'items': text, 'x-kubernetes-list-type': 'set' }),
    managedFields: nullable({ type: 'array' }),
  },
});

function checkName({ name, generateName }: any, found: Violation[]): void {
  if (generateName) check(['metadata', 'generateName'], generateName, isNamePrefix, found);
  if (name) {
    check(['metadata', 'name'], name, isName, found);
  } else if (!generateName) {
    found.push(violation('required', ['metadata', 'name'], 'is required'));
  }
}

const MAX_ANNOTATION_BYTES = 256 * 1024;

function checkAnnotations(annotations: Record<string, string | null>, found: Violation[]): void {
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value ?? ''), 0);
  if (bytes > MAX_ANNOTATION_BYTES) {
    found.push(violation('length', ['metadata', 'annotations'], `must have at most ${MAX_ANNOTATION_BYTES} bytes, not ${bytes}`));
  }
  for (const key of Object.keys(annotations)) {
    check(['metadata', 'annotations', key], key.toLowerCase(), isQualifiedName, found);
  }
}

function checkOwners(owners: readonly any[], found: Violation[]): void {
  owners.forEach((owner, i) => {
    const path = ['metadata', 'ownerReferences', i];
    for (const field of ['apiVersion', 'kind', 'name', 'uid']) {
      if (!owner?.[field]) found.push(violation('required', [...path, field], 'is required'));
    }
    if (owner?.apiVersion && !/^([^/]*\/)?[^/]+$/.test(owner.apiVersion)) {
      found.push(violation('metadata', [...path, 'apiVersion'], 'must be <group>/<version>, or <version>', owner.apiVersion));
    }
    if (owner?.apiVersion === 'v1' && owner.kind === 'Event') found.push(violation('metadata', path, 'must not be an Event'));
  });
  if (owners.filter(owner => owner?.controller).length > 1) {
    found.push(violation('metadata', ['metadata', 'ownerReferences'], 'must have one controller at most'));
  }
}

function checkFinalizers(finalizers: readonly (string | null)[], found: Violation[]): void {
  finalizers.forEach((finalizer, i) => check(['metadata', 'finalizers', i], finalizer ?? '', isQualifiedName, found));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    found.push(violation('metadata', ['metadata', 'finalizers'], "must not have both 'orphan' and 'foregroundDeletion'"));
  }
}

/** Says what is wrong with a name. */
type NameRule = (name: string) => string | undefined;

function check(path: Readonly<Path>, name: string, rule: NameRule, found: Violation[]): void {
  const message = rule(name);
  if (message !== undefined) found.push(violation('metadata', path, message, name));
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const named = (max: number, pattern: string, what: string): NameRule => name => {
  if (Buffer.byteLength(name) > max) return `must have at most ${max} characters`;
  return matches(`^(${pattern})$`, name) ? undefined : `must be ${what}`;
};

const isName = named(253, SUBDOMAIN, "lower case letters, digits, '-' and '.', with a letter or digit at both ends and around each '.'");
const isLabelName = named(63, LABEL, "lower case letters, digits and '-', with a letter or digit at both ends");
const isLabelValue = named(63, `(${QUALIFIED})?`, "letters, digits, '-', '_' and '.', with a letter or digit at both ends");
const isNamePart = named(63, QUALIFIED, "letters, digits, '-', '_' and '.', with a letter or digit at both ends, after a prefix of a DNS name and '/'");

/** A `generateName` may end in a dash, since more follows; API servers do not look at the character before the dash. */
const isNamePrefix: NameRule = prefix => isName(prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix);

const isQualifiedName: NameRule = name => {
  const parts = name.split('/');
  if (parts.length > 2) return "must have one '/' at most";
  const prefix = parts.length === 2 ? isName(parts[0]) : undefined;
  return prefix ?? isNamePart(parts[parts.length - 1]);
};
