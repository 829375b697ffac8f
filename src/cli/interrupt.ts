import { type ExitCode, exitCodes } from './exitCodes.ts';

const SIGNAL_CODES = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/** The user's wish to stop. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Undefined as long as nobody wished to. */
  exitCode(): ExitCode | undefined;
  stopListening(): void;
}

/** The first signal asks the work to end with what it has; the second one ends the process at once. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  const listeners = Object.entries(SIGNAL_CODES).map(([name, signalCode]) => {
    const listener = (): void => {
      if (code !== undefined) process.exit(signalCode);
      code = signalCode;
      controller.abort();
    };
    process.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    exitCode: () => code,
    stopListening() {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}
