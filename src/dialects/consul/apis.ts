/** Version of the kinds of Consul on Kubernetes. */
export const CONSUL_API_VERSION = 'consul.hashicorp.com/v1alpha1';

/** What stands for every name, or every namespace. */
export const ANY = '*';
