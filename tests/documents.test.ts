/** Holds the documents to the code. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig, secretSettings, settingNames } from '../src/config.ts';
import { AUDIT_ACTIONS } from '../src/core/reports/audit.ts';
import { createMetrics } from '../src/metrics.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const root = new URL('..', import.meta.url).pathname;

describe('.env.example', () => {
  it('names every setting in order, with its default and meaning, and nothing else', () => {
    const wanted = describeConfig().map(
      ({ name, shown, meaning }) => `# ${meaning.replaceAll('`', '')}\n${name}=${shown}\n`,
    );
    const [, ...blocks] = read('.env.example').split('\n\n');
    expect(blocks.map((block) => `${block.trimEnd()}\n`)).toEqual(wanted);
  });

  it('is what Parley takes when nothing is set', () => {
    const { OPENAI_BASE_URL: _, ...example } = readConfig(parse(read('.env.example')));
    expect(example).toEqual(readConfig({}));
  });
});

describe('compose.yaml', () => {
  it('sets what are settings', () => {
    const [, environment = ''] = /^ {2}environment:\n((?: {4}.*\n)+)/m.exec(read('compose.yaml')) ?? [];
    const names = [...environment.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name);
    expect(names).toContain('STORE_URL_FILE');
    expect(settingNames()).toEqual(expect.arrayContaining(names));
  });
});

describe('README', () => {
  it('has every setting in its table, with its default and meaning', () => {
    const rows = read('README.md').match(/^\| `[A-Z_]+` \|.*$/gm);
    expect(rows).toEqual(
      describeConfig().map(
        ({ name, shown, meaning }) => `| \`${name}\` | ${shown ? `\`${shown}\`` : '–'} | ${meaning} |`,
      ),
    );
  });

  it('names every setting that can be read from a file', () => {
    const [paragraph = ''] = /^A secret can also be read from a file.*?\n\n/ms.exec(read('README.md')) ?? [];
    const names = [...paragraph.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name);
    expect(names.toSorted()).toEqual(secretSettings().toSorted());
  });

  it.each([
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'docs/discord.md',
    'docs/slack.md',
    'docs/running.md',
    'docs/architecture.md',
    'docs/add-a-platform.md',
    'docs/add-a-setting.md',
    'docs/glossary.md',
    'docs/model-servers.md',
    'docs/decisions.md',
    'docs/scale.md',
    'docs/money.md',
  ])('%s names only files and scripts that are there', (document) => {
    const text = read(document);
    const files = [
      ...text.matchAll(/`((?:src|tests|lab|docs)\/(?![\w./-]*NAME)[\w./-]+)`/g),
      ...text.matchAll(/\]\((?!https?:)([\w./-]+)\)/g),
    ].map(([found, path = '']) => (found.startsWith('`') ? path : join(dirname(document), path)));
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) expect([path, existsSync(`${root}${path}`)]).toEqual([path, true]);
    const { scripts } = JSON.parse(read('package.json'));
    for (const [, name = ''] of text.matchAll(/npm run (?:--silent )?([\w-]+)/g))
      expect(scripts).toHaveProperty(name);
  });
});

it.each(['docs/decisions.md', 'docs/scale.md'])('%s names only measures that the bench has', (document) => {
  const measures = read('lab/bench/main.ts')
    .match(/^ {2}(\w+): async/gm)
    ?.map((line) => /\w+/.exec(line)?.[0]);
  const named = [...read(document).matchAll(/`bench -- (\w+)`/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(measures).toEqual(expect.arrayContaining(named));
});

it.each([
  'PRIVACY.md',
  'SECURITY.md',
  'docs/discord.md',
  'docs/slack.md',
  'docs/running.md',
  'docs/observability.md',
  'docs/threat-model.md',
])('%s names only settings that are there', (document) => {
  const named = [...read(document).matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, name]) => name);
  expect(describeConfig().map(({ name }) => name)).toEqual(expect.arrayContaining(named));
});

describe.each(['docs/platform-rules.md', 'docs/threat-model.md'])('%s', (path) => {
  const rows = read(path)
    .split('\n')
    .filter((line) => /^\| (?!(?:rule|who) \|)/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));

  it('has four cells in each row, the last of them a test', () => {
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect([row[0], row.length]).toEqual([row[0], 4]);
      expect([row[0], row.every((cell) => cell.trim() !== '')]).toEqual([row[0], true]);
    }
  });

  it('names only tests that are there', () => {
    for (const [rule, , , cell = ''] of rows) {
      const [, path = '', title = ''] = /^`(tests\/[\w./-]+)`: (.+)$/.exec(cell) ?? [];
      expect([rule, existsSync(`${root}${path}`) && path !== '']).toEqual([rule, true]);
      expect([rule, title, read(path).includes(title)]).toEqual([rule, title, true]);
    }
  });
});

describe('PRIVACY.md', () => {
  it('has every kind of row that the store and the adapters write', () => {
    const sources = ['src/store/**/*.ts', 'src/chat/**/*.ts', 'src/adapters/**/*.ts'];
    const kinds = globSync(sources, { cwd: root }).flatMap((path) =>
      [...read(path).matchAll(/[`']([a-z][a-z -]*)\|/g)].map(([, kind = '']) => kind),
    );
    expect(kinds.length).toBeGreaterThan(10);
    const written = [...read('PRIVACY.md').matchAll(/`([a-z][a-z -]*)`/g)].map(([, kind]) => kind);
    expect(written).toEqual(expect.arrayContaining(kinds));
  });
});

describe('docs/observability.md', () => {
  const text = read('docs/observability.md');

  it('has every figure that /metrics tells, and no other', async () => {
    const { text: figures } = await createMetrics(async () => 0).read();
    const told = [...figures.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
    const written = [...text.matchAll(/^\| `((?:parley|process)_\w+)`/gm)].map(([, name]) => name);
    expect(written.toSorted()).toEqual(told.toSorted());
  });

  it('has every action of the audit log', () => {
    for (const action of AUDIT_ACTIONS) expect(text).toContain(`\`${action}\``);
  });
});

describe('the boundaries', () => {
  const imports = (glob: string) =>
    globSync(glob, { cwd: root }).flatMap((path) =>
      [...read(path).matchAll(/from '([^']+)'/g)].map(([, from = '']) => ({ path, from })),
    );

  const into = (glob: string, folder: RegExp) => imports(glob).filter(({ from }) => folder.test(from));

  /** The rules stand in docs/architecture.md, a row a folder, the folders that it must not import in its second cell. */
  const rules = [
    ...read('docs/architecture.md').matchAll(/^\| `(src\/\w+)` \| ((?:`src\/\w+`(?:, )?)+)/gm),
  ].map(([, folder = '', never = '']) => ({
    folder,
    never: [...never.matchAll(/`src\/(\w+)`/g)].map(([, name]) => name),
  }));

  it('are written in docs/architecture.md', () => {
    expect(rules.map(({ folder }) => folder)).toEqual([
      'src/core',
      'src/chat',
      'src/adapters',
      'src/store',
      'src/documents',
      'src/tools',
    ]);
  });

  it.each(rules)('$folder imports nothing of $never', ({ folder, never }) => {
    expect(into(`${folder}/**/*.{ts,tsx}`, new RegExp(`\\.\\./(?:${never.join('|')})/`))).toEqual([]);
  });

  it('core has no SDK outside models, and chat none of a platform', () => {
    const sdks = /^(?:openai|hono|keyv|@keyv|@hono|undici|discord\.js|@slack)/;
    expect(into('src/core/**/*.ts', sdks).filter(({ path }) => !path.includes('/models/'))).toEqual([]);
    expect(into('src/chat/**/*.ts', sdks)).toEqual([]);
  });

  const platforms = readdirSync(`${root}src/adapters`, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? entry.name : [],
  );

  it('platforms do not know each other', () => {
    for (const platform of platforms) {
      const others = platforms.filter((other) => other !== platform).join('|');
      expect(into(`src/adapters/${platform}/**/*.{ts,tsx}`, new RegExp(`\\.\\./(?:${others})/`))).toEqual([]);
    }
  });

  it('only adapters/all.ts names a platform, outside the platforms themselves', () => {
    const naming = imports('src/**/*.{ts,tsx}').filter(
      ({ path, from }) =>
        new RegExp(`/(?:${platforms.join('|')})/`).test(from) && !path.startsWith('src/adapters/'),
    );
    expect(naming).toEqual([]);
    const inAdapters = imports('src/adapters/*.ts').filter(({ from }) =>
      new RegExp(`^\\./(?:${platforms.join('|')})/`).test(from),
    );
    expect([...new Set(inAdapters.map(({ path }) => path))]).toEqual(['src/adapters/all.ts']);
  });

  it('the environment is read in config alone', () => {
    const readers = globSync('src/**/*.{ts,tsx}', { cwd: root }).filter((path) =>
      /process\.env/.test(read(path)),
    );
    // main.ts hands it to config.ts; npm-parent.ts looks for what npm sets, which is no setting of Parley's;
    // bare-environment.ts keeps it from the programs that Parley starts.
    expect(readers.sort()).toEqual([
      'src/adapters/web/server/bare-environment.ts',
      'src/cli/npm-parent.ts',
      'src/main.ts',
    ]);
    expect(read('src/main.ts').match(/process\.env/g)).toHaveLength(2);
  });
});

describe('docs/glossary.md', () => {
  const words = [...read('docs/glossary.md').matchAll(/^\| ([a-z ]+) \| .+ \| `([\w./-]+)`: `(\w+)` \|$/gm)];

  it('has a row for each word', () => {
    const rows = read('docs/glossary.md').match(/^\| (?!word|-)/gm);
    expect(words.length).toBe(rows?.length);
  });

  it.each(words.map(([, word = '', path = '', name = '']) => ({ word, path, name })))(
    '$word is defined in $path',
    ({ path, name }) => {
      const definition = new RegExp(
        path.endsWith('.md')
          ? `\\b${name}`
          : `(?:interface|type|class|function|const) ${name}\\b|^ {2}${name}\\??[:(]`,
        'm',
      );
      expect(read(path)).toMatch(definition);
    },
  );
});
