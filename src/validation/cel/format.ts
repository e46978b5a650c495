import { spend } from '../cost';
import { Optional, type Environment } from './package';
import { isUrl } from './url';
import { hasFormat } from '../formats';
import { matches } from '../regex';

class Format {
  constructor(readonly name: string, readonly holds: (text: string) => boolean) {}
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const OLD_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const named = (max: number, pattern: string) => (text: string) => text.length <= max && matches(`^(${pattern})$`, text);
/** The beginning of a name: it may end in a dash, and the character before that dash is not looked at. */
const prefix = (rule: (text: string) => boolean) => (text: string) => rule(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

const label = named(63, LABEL);
const subdomain = named(253, `${LABEL}(\\.${LABEL})*`);
const oldLabel = named(63, OLD_LABEL);

const RULES = {
  dns1123Label: label,
  dns1123LabelPrefix: prefix(label),
  dns1123Subdomain: subdomain,
  dns1123SubdomainPrefix: prefix(subdomain),
  dns1035Label: oldLabel,
  dns1035LabelPrefix: prefix(oldLabel),
  qualifiedName: (text: string) => {
    const parts = text.split('/');
    return parts.length <= 2 && (parts.length === 1 || subdomain(parts[0])) && named(63, QUALIFIED)(parts[parts.length - 1]);
  },
  labelValue: named(63, `(${QUALIFIED})?`),
  uri: isUrl,
  ...Object.fromEntries(['uuid', 'byte', 'date', 'datetime'].map(format => [format, (text: string) => hasFormat(format, text)])),
};

const FORMATS = new Map(Object.entries(RULES).map(([name, holds]) => [name, new Format(name, holds)]));

/** Kubernetes' named formats: `format.dns1123Label().validate(text)` has the reasons why a text is none. */
export function registerFormats(environment: Environment): void {
  class Namespace {}
  environment
    .registerType('kubernetes.NamedFormat', Format)
    .registerType('kubernetes.FormatNamespace', Namespace)
    .registerConstant('format', 'kubernetes.FormatNamespace', new Namespace());
  for (const [name, format] of FORMATS) {
    environment.registerFunction(`kubernetes.FormatNamespace.${name}(): kubernetes.NamedFormat`, () => format);
  }
  environment
    .registerFunction('kubernetes.FormatNamespace.named(string): optional<kubernetes.NamedFormat>',
      (_: Namespace, name: string) => FORMATS.has(name) ? Optional.of(FORMATS.get(name)) : Optional.none())
    .registerFunction('kubernetes.NamedFormat.validate(string): optional<list<string>>', ({ name, holds }: Format, text: string) => {
      spend(1 + text.length / 10);
      return holds(text) ? Optional.none() : Optional.of([`does not match the format ${name}`]);
    });
}
