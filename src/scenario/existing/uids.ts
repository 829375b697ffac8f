import { hashString } from '../../kernel/hashString.ts';

/** Numbers that stand for pods' uids: those that tests and the simulation itself print come back as they were. */
export class PodUids {
  private readonly numbers = new Map<string, number>();
  private readonly taken = new Set<number>();

  /** The number of a uid, the same each time. Its order is that of the uids where they are as the API server makes them. */
  of(uid: string): number {
    const known = this.numbers.get(uid);
    if (known !== undefined) return known;
    let number = firstGuess(uid);
    while (this.taken.has(number)) number = (number + 1) >>> 0;
    this.taken.add(number);
    this.numbers.set(uid, number);
    return number;
  }
}

function firstGuess(uid: string): number {
  if (/^\d{1,10}$/.test(uid) && Number(uid) < 2 ** 32) return Number(uid);
  const start = /^[0-9a-f]{8}-/.exec(uid);
  return start === null ? hashString(uid) >>> 0 : Number.parseInt(start[0].slice(0, 8), 16);
}
