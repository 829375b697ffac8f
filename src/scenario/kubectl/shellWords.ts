import { UsageError } from './usageError.ts';

const OPERATORS: ReadonlySet<string> = new Set(['|', '||', '&', '&&', ';', '<', '>', '>>', '2>', '2>&1']);

/**
 * Splits a command line into words as a POSIX shell does: single quotes keep everything, double quotes keep all but
 * `\"`, `\\`, `\$`, `` \` `` and a broken line, a backslash keeps the next character. Nothing is expanded.
 *
 * @throws UsageError for a quote that is not closed and for an operator of the shell, such as a pipe.
 */
export function shellWords(line: string): string[] {
  const scanner = new Scanner(line);
  const words: string[] = [];
  for (let word = scanner.next(); word !== undefined; word = scanner.next()) words.push(word);
  return words;
}

class Scanner {
  private readonly line: string;
  private at = 0;

  constructor(line: string) {
    this.line = line;
  }

  next(): string | undefined {
    this.skipSpace();
    if (this.at >= this.line.length) return undefined;
    const start = this.at;
    let word = '';
    while (this.at < this.line.length && !/\s/.test(this.line[this.at]!)) word += this.piece();
    refuseOperator(this.line.slice(start, this.at));
    return word;
  }

  /** A backslash at the end of a line joins it to the next one. */
  private skipSpace(): void {
    while (/\s/.test(this.line[this.at] ?? '') || this.line.startsWith('\\\n', this.at)) {
      this.at += this.line[this.at] === '\\' ? 2 : 1;
    }
  }

  private piece(): string {
    const character = this.line[this.at++]!;
    if (character === "'") return this.singleQuoted();
    if (character === '"') return this.doubleQuoted();
    if (character !== '\\') return character;
    const escaped = this.line[this.at++] ?? '';
    return escaped === '\n' ? '' : escaped;
  }

  private singleQuoted(): string {
    const end = this.line.indexOf("'", this.at);
    if (end === -1) throw new UsageError("a single quote (') is not closed");
    const text = this.line.slice(this.at, end);
    this.at = end + 1;
    return text;
  }

  private doubleQuoted(): string {
    let text = '';
    for (;;) {
      const character = this.line[this.at++];
      if (character === undefined) throw new UsageError('a double quote (") is not closed');
      if (character === '"') return text;
      text += character === '\\' ? this.escapeInDoubleQuotes() : character;
    }
  }

  private escapeInDoubleQuotes(): string {
    const escaped = this.line[this.at] ?? '';
    if (!'"\\$`\n'.includes(escaped) || escaped === '') return '\\';
    this.at++;
    return escaped === '\n' ? '' : escaped;
  }
}

function refuseOperator(source: string): void {
  if (OPERATORS.has(source)) {
    throw new UsageError(`the shell's ${JSON.stringify(source)} is not supported: a step is one kubectl command`);
  }
}
