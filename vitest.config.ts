import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './tests/long-files-first.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/temporary-folder.ts'],
    sequence: { sequencer: LongFilesFirst },
    setupFiles: ['tests/same-properties.ts'],
    // Several suites start servers, processes or a browser on two cores.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // The default is 1 s, which a busy machine exceeds.
    expect: { poll: { timeout: 15_000 } },
    // Most tests wait for clocks and sockets: more workers than cores.
    maxWorkers: 5,
  },
});
