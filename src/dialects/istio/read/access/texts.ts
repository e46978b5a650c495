import { ANYTHING, exactly, prefix, regex, suffix, type Text } from '../../../../meaning/text';
import { escapeRegex } from '../../../../model/regex';

/**
 * A value with a star at one end, which any other text may stand for; a star alone stands for some text (istio/istio
 * `pilot/pkg/security/authz/matcher/string.go`). Any other star is the character itself.
 */
export function valueText(value: string): Text {
  return value === '*' ? regex('.+') : partText(value);
}

/** The same of a header, for which a star alone only asks that it is there (`matcher/header.go`). */
export function headerText(value: string): Text {
  return value === '*' ? ANYTHING : partText(value);
}

/** The same of a host, whatever its case. */
export function hostText(value: string): Text {
  if (value === '*') return ANYTHING;
  const [before, after] = value.startsWith('*') ? ['(?s:.*)', ''] : ['', value.endsWith('*') ? '(?s:.*)' : ''];
  const rest = value.startsWith('*') ? value.slice(1) : value.endsWith('*') ? value.slice(0, -1) : value;
  return regex(`${before}(?i:${escapeRegex(rest)})${after}`);
}

function partText(value: string): Text {
  return value.startsWith('*') ? suffix(value.slice(1)) : value.endsWith('*') ? prefix(value.slice(0, -1)) : exactly(value);
}

/** Of the SPIFFE id of a certificate, which begins in front of what is written (`matcher/string.go`, `StringMatcherWithPrefix`). */
export function principalText(value: string): Text {
  if (value === '*') return regex('.+');
  return value.startsWith('*') ? regex(`spiffe://.*${escapeRegex(value.slice(1))}`)
    : value.endsWith('*') ? prefix(`spiffe://${value.slice(0, -1)}`) : exactly(`spiffe://${value}`);
}

/** In an id, a star of a namespace stands for whatever comes, slashes too (`pilot/pkg/security/authz/model/generator.go`). */
export function namespaceInId(value: string): Text {
  return regex(`.*/ns/${value.split('*').map(escapeRegex).join('.*')}/.*`);
}

/** What every proxy takes for an element of a path, where there is a template. */
const ELEMENT = 'a-zA-Z0-9\\-._~%!$&\'()+,;:@';

export function isTemplate(path: string): boolean {
  return path.includes('{*}') || path.includes('{**}');
}

/**
 * A template of paths: `{*}` is one element, `{**}` any number behind a slash (envoyproxy/envoy
 * `source/extensions/path/uri_template_lib/uri_template_internal.cc`). Newer proxies take more characters for an element than older ones.
 */
export function templateText(path: string, newest: boolean): Text {
  const [one, more] = newest ? ['[^/]+', '.*'] : [`[${ELEMENT}]+`, `[${ELEMENT}/]*`];
  return regex(path.split('/').map(part => part === '{*}' ? one : part === '{**}' ? more : escapeRegex(part)).join('/'));
}
