import { Identity } from 'cdk8s-mesh';
import { Chart } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-33';
import { Construct } from 'constructs';
import { BankChart } from './bank-chart';

/** All that payments runs in one cluster: charts of its own, and the ready-made one of the bank. */
export class PaymentsApp extends Construct {
  constructor(scope: Construct, id: string, { cluster }: { readonly cluster: string }) {
    super(scope, id);

    const settings = new Chart(this, 'settings', { namespace: 'payments' });
    new ConfigMap(settings, 'cluster', { data: { cluster } });

    new BankChart(this, 'bank', {
      namespace: 'payments',
      clients: [Identity.serviceAccount('checkout', 'shop')],
      canaryWeight: 37.5,
    });
  }
}
