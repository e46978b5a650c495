const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const NAMESPACE = new RegExp(`^${LABEL}$`);
const OBJECT = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** Whether a cluster takes a text as the name of a namespace. */
export function isNamespaceName(text: string): boolean {
  return text.length <= 63 && NAMESPACE.test(text);
}

/** Whether a cluster takes a text as the name of an object, such as a ServiceAccount. */
export function isObjectName(text: string): boolean {
  return text.length <= 253 && OBJECT.test(text);
}

/** The group of the API of a manifest; empty for that of Kubernetes itself. */
export function groupOf(manifest: any): string {
  const apiVersion = String(manifest?.apiVersion);
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}
