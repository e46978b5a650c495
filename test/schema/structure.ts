import { isIP } from 'node:net';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import type { ServedKind } from './crds';

/** Checks a manifest against the structural part of a CRD schema, as strictly as `kubectl apply --validate=strict`. */

const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_SUBDOMAIN = `${DNS_LABEL}(\\.${DNS_LABEL})*`;
const LABEL = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const QUALIFIED_NAME = { type: 'string', pattern: `^(${DNS_SUBDOMAIN}/)?${LABEL}$` };

/** An API server checks metadata by rules of its own. These are the fields that manifests of ours may set. */
const METADATA = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', maxLength: 253, pattern: `^${DNS_SUBDOMAIN}$` },
    namespace: { type: 'string', maxLength: 63, pattern: `^${DNS_LABEL}$` },
    labels: { type: 'object', propertyNames: QUALIFIED_NAME, additionalProperties: { type: 'string', pattern: `^(${LABEL})?$` } },
    annotations: { type: 'object', propertyNames: QUALIFIED_NAME, additionalProperties: { type: 'string' } },
  },
};

/** The `duration` of ajv-formats is ISO 8601; that of Kubernetes is Go's. */
const GO_DURATION = /^([-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+|[-+]?0)$/;

// An unknown format or keyword makes ajv throw, so nothing in a schema goes unchecked without notice.
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false, code: { regExp: re2() } });
addFormats(ajv, ['byte', 'date-time', 'double', 'float', 'int32', 'int64', 'ipv4', 'ipv6']);
ajv.addFormat('duration', GO_DURATION);
ajv.addFormat('cidr', isCidr);
// An API server does not know this one, and so lets everything pass.
ajv.addFormat('idn-hostname', true);

const validators = new Map<ServedKind, ValidateFunction>();

export function structuralViolations(kind: ServedKind, manifest: any): string[] {
  const validate = validators.get(kind) ?? compile(kind);
  return validate(manifest) ? [] : validate.errors!.map(describe);
}

function compile(kind: ServedKind): ValidateFunction {
  const schema = toJsonSchema(kind.schema);
  const properties = { ...schema.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: METADATA };
  const validate = ajv.compile({ ...schema, properties, required: [...new Set([...schema.required ?? [], 'metadata'])] });
  validators.set(kind, validate);
  return validate;
}

function toJsonSchema(schema: any): any {
  const { default: _, ...json } = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keyword.startsWith('x-kubernetes-')));
  if (schema['x-kubernetes-int-or-string']) json.type = ['integer', 'string'];
  if (schema.properties) json.properties = mapValues(schema.properties, toJsonSchema);
  if (schema.items) json.items = toJsonSchema(schema.items);
  if (typeof schema.additionalProperties === 'object') json.additionalProperties = toJsonSchema(schema.additionalProperties);
  // What a schema does not name would be pruned.
  if (schema.type === 'object' && !schema.additionalProperties && !schema['x-kubernetes-preserve-unknown-fields']) json.additionalProperties = false;
  return json;
}

/** Patterns are Go's, so those of RE2. */
function re2() {
  const engine = (pattern: string) => {
    const expression = RE2JS.compile(pattern);
    // ajv tells expressions apart by their text.
    return { test: (text: string) => expression.matcher(text).find(), toString: () => pattern };
  };
  return Object.assign(engine, { code: 'RE2JS' });
}

function isCidr(text: string): boolean {
  const [, address, length] = /^(.*)\/(\d+)$/.exec(text) ?? [];
  return isIP(address ?? '') > 0 && Number(length) <= (isIP(address) === 4 ? 32 : 128);
}

function describe(error: ErrorObject): string {
  const detail = error.params.additionalProperty ?? error.params.allowedValues?.join(', ');
  return `${toPath(error.instancePath) || 'manifest'}: ${error.message}${detail === undefined ? '' : ` (${detail})`}`;
}

/** `/spec/rules/0/name` → `spec.rules[0].name` */
function toPath(pointer: string): string {
  return pointer.replace(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.').replace(/^\./, '').replaceAll('~1', '/').replaceAll('~0', '~');
}

function mapValues(values: Record<string, any>, map: (value: any) => any): Record<string, any> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
