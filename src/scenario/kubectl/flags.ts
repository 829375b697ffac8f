/** Flags as kubectl's own parser (pflag) reads them: anywhere among the arguments, `--flag=value` or `--flag value`. */
import { parseDurationMicros } from '../../api/duration.ts';
import { didYouMean } from '../../api/nearest.ts';
import type { Micros } from '../../kernel/time.ts';
import { UsageError } from './usageError.ts';

export interface FlagSpec {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** A switch takes a value only as `--flag=false`. */
  readonly isSwitch?: boolean;
}

/** Every command knows these. */
export const commonFlags: readonly FlagSpec[] = [{ name: 'namespace', short: 'n' }];

export const selectorFlag: FlagSpec = { name: 'selector', short: 'l' };
export const fieldSelectorFlag: FlagSpec = { name: 'field-selector' };
export const allFlag: FlagSpec = { name: 'all', isSwitch: true };
export const fileFlag: FlagSpec = { name: 'filename', short: 'f' };
export const containersFlag: FlagSpec = { name: 'containers', short: 'c' };

/** What kubectl knows and the simulation does not play: named in the message, so that nobody takes it for a typo. */
const REAL_FLAGS: ReadonlySet<string> = new Set(
  `all-namespaces allow-missing-template-keys as as-group as-uid cache-dir cascade certificate-authority chunk-size
  client-certificate client-key cluster containers context current-replicas disable-compression dry-run edit env
  field-manager field-selector filename force force-conflicts from grace-period ignore-not-found image
  insecure-skip-tls-verify interactive keys kubeconfig kustomize label-columns limits list local match-server-version
  no-headers now openapi-patch output output-watch-events overwrite patch patch-file port prefix prune prune-allowlist
  raw record recursive replicas request-timeout requests resolve resource-version revision save-config selector server
  server-print server-side show-kind show-labels show-managed-fields sort-by subresource template timeout tls-server-name
  to-revision token type user username validate v vmodule wait warnings-as-errors watch watch-only
  windows-line-endings`.split(/\s+/),
);

/** The flags of one command line. */
export class Flags {
  private readonly values = new Map<string, string[]>();

  add(name: string, value: string): void {
    const values = this.values.get(name);
    if (values === undefined) this.values.set(name, [value]);
    else values.push(value);
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** All values of a flag that may be repeated. */
  texts(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** The last value, as pflag has it. */
  text(name: string): string | undefined {
    return this.values.get(name)?.at(-1);
  }

  /** @throws UsageError for anything but true or false. */
  isOn(name: string, fallback = false): boolean {
    const text = this.text(name);
    if (text === undefined) return fallback;
    if (['true', 't', '1'].includes(text.toLowerCase())) return true;
    if (['false', 'f', '0'].includes(text.toLowerCase())) return false;
    throw new UsageError(`invalid argument ${JSON.stringify(text)} for "--${name}": expected true or false`);
  }

  /** @throws UsageError for anything but a whole number. */
  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^[+-]?[0-9]+$/.test(text) || !Number.isSafeInteger(value)) {
      throw new UsageError(`invalid argument ${JSON.stringify(text)} for "--${name}": expected a whole number`);
    }
    return value;
  }

  /** A time-out: undefined for none, which 0 also means. @throws UsageError for what is not a duration. */
  timeout(name: string): Micros | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    try {
      return parseDurationMicros(text) || undefined;
    } catch (error) {
      throw new UsageError(`invalid argument for "--${name}": ${(error as Error).message}`);
    }
  }
}

export interface ParsedWords {
  readonly flags: Flags;
  /** What is no flag, in order. */
  readonly args: readonly string[];
}

/**
 * Parts flags from arguments.
 *
 * @param command as messages name it, `rollout status`.
 * @throws UsageError for an unknown or unsupported flag or a missing value.
 */
export function parseFlags(words: readonly string[], known: readonly FlagSpec[], command: string): ParsedWords {
  const flags = new Flags();
  const args: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') {
      args.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      args.push(word);
      continue;
    }
    const { spec, value } = readFlag(word, known, command);
    flags.add(spec.name, value ?? (spec.isSwitch ? 'true' : takeValue(words, ++at, word)));
  }
  return { flags, args };
}

function readFlag(word: string, known: readonly FlagSpec[], command: string): { spec: FlagSpec; value?: string } {
  if (!word.startsWith('--')) return readShortFlag(word, known, command);
  const equals = word.indexOf('=');
  const name = word.slice(2, equals === -1 ? undefined : equals);
  const spec = known.find((candidate) => candidate.name === name);
  if (spec === undefined) throw unknownFlag(name, known, command);
  return equals === -1 ? { spec } : { spec, value: word.slice(equals + 1) };
}

function readShortFlag(word: string, known: readonly FlagSpec[], command: string): { spec: FlagSpec; value?: string } {
  const spec = known.find((candidate) => candidate.short === word[1]);
  if (spec === undefined) throw new UsageError(`flag -${word[1]} of kubectl ${command} is not supported`);
  const rest = word.slice(2);
  if (rest === '') return { spec };
  return { spec, value: rest.startsWith('=') ? rest.slice(1) : rest };
}

function takeValue(words: readonly string[], at: number, flag: string): string {
  const value = words[at];
  if (value === undefined) throw new UsageError(`flag ${flag} needs a value`);
  return value;
}

function unknownFlag(name: string, known: readonly FlagSpec[], command: string): UsageError {
  if (REAL_FLAGS.has(name)) return new UsageError(`flag --${name} of kubectl ${command} is not supported yet`);
  const names = known.map((spec) => `--${spec.name}`);
  return new UsageError(`unknown flag "--${name}"`, didYouMean(`--${name}`, names));
}
