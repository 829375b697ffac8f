/** kubectl's `-l`/`--selector`: `a=b,c!=d,e in (x,y),f notin (z),g,!h` (apimachinery `pkg/labels/selector.go`). */

import { type LabelSelector, type LabelSelectorRequirement, makeSelector } from './labelSelector.ts';
import { labelKeyProblem, labelValueProblem } from './names.ts';

const TOKEN = /\s*(==|!=|[=!,()<>]|[^\s=!,()<>]+)/y;

/**
 * Reads the flag's text; an empty text selects everything. `!=` and `notin` also select objects without the key.
 *
 * @throws RangeError naming what was found and what was expected there.
 */
export function parseSelectorFlag(text: string): LabelSelector {
  const parser = new FlagParser(text);
  return makeSelector({}, parser.requirements());
}

class FlagParser {
  readonly #text: string;
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text.trim());
  }

  requirements(): LabelSelectorRequirement[] {
    const found: LabelSelectorRequirement[] = [];
    if (this.#tokens.length === 0) return found;
    do {
      found.push(this.#requirement());
    } while (this.#accept(','));
    if (this.#peek() !== undefined) this.#fail("',' or end of selector");
    return found;
  }

  #requirement(): LabelSelectorRequirement {
    if (this.#accept('!')) return { key: this.#key(), operator: 'DoesNotExist', values: [] };
    const key = this.#key();
    const next = this.#peek();
    if (next === undefined || next === ',') return { key, operator: 'Exists', values: [] };
    this.#at++;
    if (next === '=' || next === '==') return { key, operator: 'In', values: [this.#value()] };
    if (next === '!=') return { key, operator: 'NotIn', values: [this.#value()] };
    if (next === 'in') return { key, operator: 'In', values: this.#valueList() };
    if (next === 'notin') return { key, operator: 'NotIn', values: this.#valueList() };
    this.#at--;
    return this.#fail("one of '=', '==', '!=', 'in', 'notin'");
  }

  #key(): string {
    const key = this.#peek();
    if (key === undefined || isPunctuation(key)) return this.#fail('a label key');
    const problem = labelKeyProblem(key);
    if (problem !== undefined) throw new RangeError(`invalid label key ${JSON.stringify(key)}: ${problem}`);
    this.#at++;
    return key;
  }

  #value(): string {
    const value = this.#peek();
    if (value === undefined || value === ',' || value === ')') return '';
    if (isPunctuation(value)) return this.#fail('a label value');
    const problem = labelValueProblem(value);
    if (problem !== undefined) throw new RangeError(`invalid label value ${JSON.stringify(value)}: ${problem}`);
    this.#at++;
    return value;
  }

  #valueList(): string[] {
    if (!this.#accept('(')) this.#fail("'('");
    const values = [this.#value()];
    while (this.#accept(',')) values.push(this.#value());
    if (!this.#accept(')')) this.#fail("',' or ')'");
    return values;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #accept(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #fail(expected: string): never {
    const found = this.#peek();
    const what = found === undefined ? 'end of selector' : JSON.stringify(found);
    throw new RangeError(`unable to parse selector ${JSON.stringify(this.#text)}: found ${what}, expected ${expected}`);
  }
}

function isPunctuation(token: string): boolean {
  return /^[=!,()<>]/.test(token);
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) tokens.push(match[1]!);
  return tokens;
}
