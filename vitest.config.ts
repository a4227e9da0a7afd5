import { defineConfig } from 'vitest/config';
import { HANGS_MS } from './lab/counterparts/wait-for.ts';
import { LongFilesFirst } from './tests/long-files-first.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/temporary-folder.ts'],
    sequence: { sequencer: LongFilesFirst },
    setupFiles: ['tests/same-properties.ts'],
    expect: { poll: { timeout: HANGS_MS } },
    // Longer than a wait, which says what it waits for.
    testTimeout: 5 * HANGS_MS,
    hookTimeout: 5 * HANGS_MS,
    // Most tests wait for clocks and sockets: more workers than cores.
    maxWorkers: 7,
  },
});
