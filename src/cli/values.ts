import { InvalidArgumentError } from 'commander';

/** Parser of an option that counts something. */
export function wholeNumber(smallest: number, largest = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < smallest || value > largest) {
      const range = largest === Number.MAX_SAFE_INTEGER ? `from ${smallest} on` : `from ${smallest} to ${largest}`;
      throw new InvalidArgumentError(`Expected a whole number ${range}.`);
    }
    return value;
  };
}

/** Parser of an option that may be given several times. */
export function collect(text: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), text];
}
