/** Parley as in production: the whole app on its own store, with its log on. */
import { enableCompileCache } from 'node:module';
import { createMeter } from './meter.ts';
import { serve } from './serve.ts';

type Request = { do: 'start' } | { do: 'read' };

enableCompileCache();
const [baseUrl, storePath] = process.argv.slice(2);
const meter = createMeter();
// Imported after the compile cache is on, as in src/main.ts.
const { readConfig } = await import('../../../src/config.ts');
const { hideFromLibraries } = await import('../../../src/hide-settings.ts');
const { startApp } = await import('../../../src/app.ts');
const { createLog } = await import('../../../src/log.ts');

hideFromLibraries(process.env);
const config = readConfig({
  OPENAI_BASE_URL: baseUrl,
  OPENAI_MODEL: 'bench',
  PERSON_PER_MINUTE: '10000',
  PERSON_AT_ONCE: '10000',
  TENANT_AT_ONCE: '10000',
  STORE_URL: `sqlite://${storePath}`,
  PORT: '0',
});
const app = await startApp(config, createLog(config.LOG_LEVEL));

serve({ url: app.url }, (message) => {
  if ((message as Request).do === 'start') meter.start();
  return meter.read();
});
