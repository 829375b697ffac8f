import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'bench/**/*.test.ts'],
    setupFiles: ['src/testing/fastCheck.ts'],
    testTimeout: 60_000,
    // By default one core is left idle: of two that is half.
    maxWorkers: '100%',
    // Nothing in the code changes when it is imported; loading it anew for each file was more than a third of the time.
    isolate: false,
    coverage: { include: ['src/**'], exclude: ['src/**/*.test.ts', 'src/**/testing/**'] },
  },
});
