/** Measures what Parley costs beside a bare loop, and what a long conversation costs beside a short one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureHostileInput } from './hostile-input.ts';
import { report } from './report.ts';
import { measureStreams, SCENARIOS } from './stream-cost.ts';
import { startSubject } from './subject.ts';
import { measureTurns } from './turn-cost.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
console.log('Measuring; this takes about four minutes on an idle machine …');
const model = await startSubject<{ url: string }>('model-server.ts', [], join(folder, 'model-server.log'));
const streams = [];
for (const scenario of SCENARIOS) streams.push(await measureStreams(scenario, model.ready.url, folder));
await model.stop();
const turns = await measureTurns(folder);
const hostile = await measureHostileInput();
console.log(report(streams, turns, hostile));
// Kept when the bench fails: the logs in it say why.
rmSync(folder, { recursive: true });
