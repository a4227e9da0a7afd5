import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './tests/long-files-first.ts';

/** Test files that need a process of their own, since they change what the files after them would load or see. */
const ALONE = [
  // They replace a module.
  'tests/chat/settings-reads.test.ts',
  'tests/store/until-stored.test.ts',
  // It counts the patterns that modules build when they are loaded.
  'tests/security/patterns.test.ts',
  // It changes the environment.
  'tests/models/environment.test.ts',
  // It passes by itself, and failed twice in a worker that had run many files. The reason is not known yet.
  'tests/adapters/slack/redelivery.test.ts',
];

const common = {
  setupFiles: ['tests/same-properties.ts', 'tests/adapters/native-response.ts'],
  // Several suites start servers, processes or a browser on two cores.
  testTimeout: 90_000,
  hookTimeout: 60_000,
  // The default is 1 s, which a busy machine exceeds.
  expect: { poll: { timeout: 15_000 } },
};

export default defineConfig({
  test: {
    globalSetup: ['tests/temporary-folder.ts'],
    sequence: { sequencer: LongFilesFirst },
    // Most tests wait for clocks and sockets: more workers than cores.
    maxWorkers: 5,
    projects: [
      { test: { ...common, name: 'alone', include: ALONE } },
      // Loading all of Parley takes 0.6 s of CPU, so a worker does it once for all of its files.
      {
        test: { ...common, name: 'shared', include: ['tests/**/*.test.ts'], exclude: ALONE, isolate: false },
      },
    ],
  },
});
