import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { rootOf } from '../../src/targets/root';

test('the root is the same one from everywhere in a tree', () => {
  const app = new App();
  const below = new Construct(new Chart(app, 'shop'), 'below');

  expect([app, below].map(rootOf)).toEqual([app, app]);
  expect(rootOf(below)).toBe(below.node.root);
});
