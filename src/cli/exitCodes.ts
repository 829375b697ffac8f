/** How the process ends. The only place that knows the numbers; the help of every command prints this table. */
export const exitCodes = {
  ok: 0,
  /** A bug in rollsim. */
  internal: 1,
  /** The command line is wrong, or a file that it names cannot be written. */
  usage: 2,
  /** The scenario is wrong: it cannot be read, or Kubernetes would refuse it; or a step of the command line failed. */
  input: 3,
  /** Two runs of the same seed differ, an invariant does not hold, or a followed choice was not among the best. */
  broken: 4,
  /** A run hit a limit, such as --max-events. */
  limit: 5,
  /** A threshold was breached, a step not answered as expected, or something regressed; the number that k6 uses. */
  threshold: 99,
  /** Stopped by SIGINT; what was done is reported. */
  interrupted: 130,
  /** Stopped by SIGTERM; what was done is reported. */
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For the end of the help. */
export const EXIT_CODES_HELP = `Exit codes:
  0 fine; 1 internal error; 2 usage; 3 bad scenario; 4 an invariant or determinism broke, or a
  choice that was followed is not among the best; 5 a limit was hit;
  99 a threshold or an expectation was breached, something regressed, or no setting keeps what is
  asked for; 130/143 stopped by a signal`;
