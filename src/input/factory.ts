import { misuse } from '../errors/misuse';
import { listed } from '../errors/words';

/** What factories hand to the private constructors of their classes: in JavaScript, those are open to everyone. */
export interface FactoryKey {
  readonly opens: 'constructors';
}

export const BY_FACTORY: FactoryKey = Object.freeze({ opens: 'constructors' });

/** Refuses what no factory has made, and so none has checked. */
export function checkFactory(key: FactoryKey | undefined, made: Function): void {
  if (key !== BY_FACTORY) {
    throw misuse('MESH1016', `new ${made.name}`, 'the constructor is not public', `Write ${listed(factoriesOf(made), 'or')}`);
  }
}

/** Refuses an instance of an abstract class, which the compiler keeps TypeScript from making. */
export function checkConcrete(made: Function, abstract: Function, instead: string): void {
  if (made === abstract) {
    throw misuse('MESH1016', `new ${abstract.name}`, 'the class is abstract', `Write ${instead}`);
  }
}

/** The public static methods of a class. */
function factoriesOf(made: Function): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(made))
    .filter(([name, { value }]) => typeof value === 'function' && !name.startsWith('_')).map(([name]) => `${made.name}.${name}(…)`);
}
