const SHORTEST_GAP_MILLIS = 100;
const BAR_LENGTH = 24;

/** A bar on one line of a terminal, for work that takes a while. */
export interface Progress {
  update(done: number, total: number): void;
  clear(): void;
}

const SILENT: Progress = { update: () => {}, clear: () => {} };

/** Only a person at a terminal wants it; a log would keep every frame. */
export function createProgress(options: { readonly quiet: boolean }): Progress {
  const stream = process.stderr;
  if (!stream.isTTY || options.quiet || process.env.CI) return SILENT;
  const began = Date.now();
  let last = 0;
  return {
    update(done, total) {
      const now = Date.now();
      if (now - last < SHORTEST_GAP_MILLIS && done < total) return;
      last = now;
      stream.write(`\r\u001b[K${progressLine(done, total, now - began)}`);
    },
    clear: () => void stream.write('\r\u001b[K'),
  };
}

/** `[########                ] 120/360 runs, 8 s left` */
export function progressLine(done: number, total: number, elapsedMillis: number): string {
  const filled = Math.floor((done / total) * BAR_LENGTH);
  const bar = '#'.repeat(filled).padEnd(BAR_LENGTH);
  const left = done > 0 ? `, ${Math.ceil((elapsedMillis * (total - done)) / done / 1000)} s left` : '';
  return `[${bar}] ${done}/${total} runs${left}`;
}
