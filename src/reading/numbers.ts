/** Numbers for things, so that those that are the same have the same text. */
export class Numbers {
  private readonly numbers = new Map<unknown, number>();

  public of(things: readonly unknown[]): string {
    return things.map(thing => {
      const number = this.numbers.get(thing) ?? this.numbers.size;
      this.numbers.set(thing, number);
      return number;
    }).join();
  }
}
